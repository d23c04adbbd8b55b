// The privacy agreement: whether the person must still agree, and asking them.

import type { Dict } from '../types'
import { askSheet } from '../ui/sheets'
import { ApiFailure, askPerson, type Family } from './calls'

interface Resolution {
  event: string
  buttonId?: string
}

type Listener = (resolve: (resolution: Resolution) => void, info: Dict) => void

export const privacy: Family = (context) => {
  const { dialogs, exceptions } = context
  const listeners = new Set<Listener>()
  let agreed = false

  /** Asked each time: a test may change its mind. */
  const needed = async (): Promise<boolean> => {
    if (agreed) return false
    return (await askPerson(context, 'privacy', {}))?.['needAuthorization'] === true
  }
  const ask = async (referrer: string): Promise<boolean> => {
    const [own] = listeners
    if (own) {
      const resolution = await new Promise<Resolution>((resolve) => {
        exceptions.guard(() => own(resolve, { referrer }))
      })
      return resolution.event === 'agree'
    }
    const { confirm } = await askSheet(dialogs, {
      doing: '',
      title: '用户隐私保护提示',
      note: '在你使用服务之前，请仔细阅读《用户隐私保护指引》。如你同意该指引，请点击“同意”开始使用本小程序。',
      allow: '同意',
    }).result
    return confirm
  }

  return {
    values: {
      onNeedPrivacyAuthorization: (listener: Listener) => {
        listeners.clear()
        listeners.add(listener)
      },
    },
    calls: {
      getPrivacySetting: async () => ({
        needAuthorization: await needed(),
        privacyContractName: '《用户隐私保护指引》',
      }),
      async requirePrivacyAuthorize() {
        if (!(await needed())) return undefined
        agreed = await ask('requirePrivacyAuthorize')
        if (!agreed) throw new ApiFailure('privacy permission is not authorized', { errno: 104 })
        return undefined
      },
      async openPrivacyContract() {
        await dialogs.modal({ title: '用户隐私保护指引', content: '模拟器不显示正文。', showCancel: false })
          .result
        return undefined
      },
    },
  }
}
