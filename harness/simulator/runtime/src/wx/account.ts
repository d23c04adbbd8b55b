// Login and personal data: the answers are the simulated person's.

import type { Dict } from '../types'
import { askSheet } from '../ui/sheets'
import { ApiFailure, askPerson, drawnOrAnswered, type Family } from './calls'

/** What WeChat has given out since it stopped naming people. */
const ANONYMOUS: Dict = {
  nickName: '微信用户',
  avatarUrl: '',
  gender: 0,
  language: '',
  city: '',
  province: '',
  country: '',
}

export const account: Family = (context) => {
  const { bridge, dialogs, permissions } = context
  const profile = async (api: string, options: Dict): Promise<Dict> => {
    const answer = await askPerson(context, api, options)
    const userInfo = (answer?.['userInfo'] ?? answer ?? ANONYMOUS) as Dict
    const rawData = JSON.stringify(userInfo)
    return { userInfo, rawData, signature: '', encryptedData: '', iv: '', cloudID: '' }
  }
  return {
    calls: {
      async login() {
        const reply = await bridge.ask('login', {})
        if (typeof reply?.['code'] === 'string') return { code: reply['code'] }
        throw new ApiFailure(String(reply?.['error'] ?? 'no answer'))
      },
      async checkSession() {
        await askPerson(context, 'checkSession', {})
        return undefined
      },
      getUserProfile: (options) => profile('getUserProfile', options),
      getUserInfo: (options) => profile('getUserInfo', options),
      getSetting: () => ({
        authSetting: permissions.settings(),
        subscriptionsSetting: { mainSwitch: true, itemSettings: {} },
      }),
      async openSetting(options) {
        const answer = await askPerson(context, 'openSetting', options)
        for (const [scope, allowed] of Object.entries((answer?.['authSetting'] ?? {}) as Dict)) {
          permissions.set(scope, allowed === true)
        }
        return { authSetting: permissions.settings() }
      },
      async authorize(options) {
        await permissions.demand(String(options['scope']))
        return undefined
      },
      async requestSubscribeMessage(options) {
        const ids = Array.isArray(options['tmplIds']) ? options['tmplIds'].map(String) : []
        const every = (verdict: string): Dict => Object.fromEntries(ids.map((id) => [id, verdict]))
        const dialog = askSheet(dialogs, { title: '发送一次以下消息', choices: ids, refuse: '取消' })
        const answer = await drawnOrAnswered<Dict>(
          context,
          'requestSubscribeMessage',
          options,
          dialog as never,
          (given) => given,
        )
        if (typeof answer['confirm'] === 'boolean') return every(answer['confirm'] ? 'accept' : 'reject')
        return answer
      },
    },
  }
}
