// Login and personal data: the answers are the simulated person's.

import type { Dict } from '../types'
import { ApiFailure, askPerson, type Family } from './calls'

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
  const { bridge, gaps, permissions } = context
  const profile = async (api: string, options: Dict): Promise<Dict> => {
    const answer = await askPerson(context, api, options)
    const userInfo = (answer?.['userInfo'] ?? answer ?? ANONYMOUS) as Dict
    const rawData = JSON.stringify(userInfo)
    if (options['withCredentials'] === true) gaps.note(`${api}.encryptedData`)
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
    },
  }
}
