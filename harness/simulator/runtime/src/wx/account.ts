// Login, permissions, personal data: the answers are the simulated person's.

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
  const granted: Dict<boolean> = {}
  const profile = async (api: string, options: Dict): Promise<Dict> => {
    const answer = await askPerson(context, api, options)
    const userInfo = (answer?.['userInfo'] ?? answer ?? ANONYMOUS) as Dict
    const rawData = JSON.stringify(userInfo)
    return { userInfo, rawData, signature: '', encryptedData: '', iv: '', cloudID: '' }
  }
  return {
    calls: {
      async login() {
        const reply = await context.bridge.ask('login', {})
        if (typeof reply?.['code'] === 'string') return { code: reply['code'] }
        throw new ApiFailure(String(reply?.['error'] ?? 'no answer'))
      },
      checkSession: () => undefined,
      getUserProfile: (options) => {
        if (typeof options['desc'] !== 'string') {
          throw new ApiFailure('parameter error: parameter.desc should be String instead of Undefined')
        }
        return profile('getUserProfile', options)
      },
      getUserInfo: (options) => profile('getUserInfo', options),
      getSetting: () => ({ authSetting: { ...granted }, subscriptionsSetting: { mainSwitch: true } }),
      openSetting: () => ({ authSetting: { ...granted } }),
      async authorize(options) {
        const scope = String(options['scope'] ?? '')
        const answer = await askPerson(context, 'authorize', options)
        granted[scope] = answer?.['authorize'] !== false
        if (!granted[scope]) throw new ApiFailure('auth deny')
        return undefined
      },
      getPrivacySetting: () => ({ needAuthorization: false, privacyContractName: '' }),
      requirePrivacyAuthorize: () => undefined,
      async getLocation(options) {
        const answer = await askPerson(context, 'getLocation', options)
        if (!answer) throw new ApiFailure('auth deny')
        granted['scope.userLocation'] = true
        const place = { speed: -1, accuracy: 65, altitude: 0, verticalAccuracy: 65, horizontalAccuracy: 65 }
        return { ...place, ...answer }
      },
      async requestSubscribeMessage(options) {
        const ids = Array.isArray(options['tmplIds']) ? options['tmplIds'].map(String) : []
        const answer = await askPerson(context, 'requestSubscribeMessage', options)
        return answer ?? Object.fromEntries(ids.map((id) => [id, 'accept']))
      },
    },
  }
}
