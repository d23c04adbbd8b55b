// The privacy agreement: whether the person must still agree, asking them, and what waits for it.

import type { Dict } from '../types'
import { askSheet } from '../ui/sheets'
import { ApiFailure, askPerson, type ApiCall, type Family, type WxContext } from './calls'

interface Resolution {
  event: 'exposureAuthorization' | 'agree' | 'disagree'
  buttonId?: string
}

type Listener = (resolve: (resolution: Resolution) => void, info: Dict) => void

const NOT_DECLARED = 'the api need to be declared in the requiredPrivateInfos field in app.json/ext.json'
const CONTRACT = '《用户隐私保护指引》'

/** APIs that give away what is the person's: they wait for the agreement. */
const PRIVATE = [
  'addPhoneCalendar',
  'addPhoneContact',
  'addPhoneRepeatCalendar',
  'chooseAddress',
  'chooseContact',
  'chooseImage',
  'chooseInvoiceTitle',
  'chooseLocation',
  'chooseMedia',
  'chooseMessageFile',
  'chooseVideo',
  'getClipboardData',
  'getFuzzyLocation',
  'getLocation',
  'getWeRunData',
  'saveImageToPhotosAlbum',
  'saveVideoToPhotosAlbum',
  'setClipboardData',
  'startAccelerometer',
  'startCompass',
  'startDeviceMotionListening',
  'startGyroscope',
  'startLocationUpdate',
  'startLocationUpdateBackground',
]

/** APIs an app must name in `requiredPrivateInfos` of its app.json. */
const DECLARED = [
  'chooseAddress',
  'chooseLocation',
  'choosePoi',
  'getFuzzyLocation',
  'getLocation',
  'startLocationUpdate',
  'startLocationUpdateBackground',
]

export class Privacy {
  readonly listeners = new Set<Listener>()
  private asking: Promise<boolean> | undefined

  constructor(private readonly context: Pick<WxContext, 'bridge' | 'config' | 'dialogs' | 'exceptions'>) {}

  /** Asked each time: a test may change its mind. */
  async needed(): Promise<boolean> {
    return (await askPerson(this.context, 'privacy', {}))?.['needAuthorization'] === true
  }

  /** Resolves when the person has agreed; one question at a time, whoever waits for it. */
  async demand(referrer: string): Promise<void> {
    if (!(await this.needed())) return
    this.asking ??= this.ask(referrer).finally(() => (this.asking = undefined))
    if (!(await this.asking)) {
      throw new ApiFailure('privacy permission is not authorized', { errno: 104 })
    }
    this.context.bridge.tell('consent', {})
  }

  /** An API that waits for the agreement, if it is one. */
  guarded(api: string, call: ApiCall): ApiCall {
    if (!PRIVATE.includes(api)) return call
    return async (options, component) => {
      if (DECLARED.includes(api) && !this.declares(api)) throw new ApiFailure(NOT_DECLARED)
      await this.demand(api)
      return call(options, component)
    }
  }

  private declares(api: string): boolean {
    const named = this.context.config.app['requiredPrivateInfos']
    return Array.isArray(named) && named.includes(api)
  }

  private async ask(referrer: string): Promise<boolean> {
    const { bridge, dialogs, exceptions } = this.context
    const [own] = this.listeners
    if (own) {
      return new Promise<boolean>((resolve) => {
        const answer = ({ event }: Resolution): void => {
          if (event !== 'exposureAuthorization') resolve(event === 'agree')
        }
        exceptions.guard(own, answer, { referrer })
      })
    }
    const dialog = askSheet(dialogs, {
      name: 'requirePrivacyAuthorize',
      doing: '',
      title: '用户隐私保护提示',
      note: `在你使用服务之前，请仔细阅读${CONTRACT}。如你同意该指引，请点击“同意”开始使用本小程序。`,
      allow: '同意',
    })
    const answer = await bridge.askPerson('requirePrivacyAuthorize', {})
    if (typeof answer?.['confirm'] === 'boolean') {
      dialog.answer({ confirm: answer['confirm'], cancel: !answer['confirm'] })
    }
    return (await dialog.result).confirm
  }
}

export const privacy: Family = ({ dialogs, privacy: agreement }) => ({
  values: {
    onNeedPrivacyAuthorization: (listener: Listener) => {
      agreement.listeners.clear()
      agreement.listeners.add(listener)
    },
  },
  calls: {
    getPrivacySetting: async () => ({
      needAuthorization: await agreement.needed(),
      privacyContractName: CONTRACT,
    }),
    async requirePrivacyAuthorize() {
      await agreement.demand('requirePrivacyAuthorize')
      return undefined
    },
    async openPrivacyContract() {
      const drawn = { title: '用户隐私保护指引', content: '模拟器不显示正文。', showCancel: false }
      await dialogs.modal(drawn, 'openPrivacyContract').result
      return undefined
    },
  },
})
