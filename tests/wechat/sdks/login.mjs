// SDKs as their documents show them, with no address given: `node login.mjs SDK APPID SECRET CODE PHONE_CODE`.
import 'reflect-metadata'
import WechatAPI from 'co-wechat-api'
import { MiniProgramService } from 'nest-wechat'

const [sdk, appid, secret, code, phoneCode] = process.argv.slice(2)

const ways = {
  async 'co-wechat-api'() {
    const api = new WechatAPI(appid, secret)
    const session = await api.code2Session(code)
    const { accessToken } = await api.ensureAccessToken()
    // It has no function for this: its own request, with its own prefix.
    const url = `${api.wxaPrefix}business/getuserphonenumber?access_token=${accessToken}`
    const phone = await api.request(url, { method: 'POST', data: JSON.stringify({ code: phoneCode }) })
    return { session, phone }
  },
  async 'nest-wechat'() {
    const service = new MiniProgramService({ appId: appid, secret })
    const session = await service.code2Session(code)
    const { data } = await service.getAccessToken()
    const phone = await service.getPhoneNumber(phoneCode, data.access_token)
    return { session, phone: phone.data }
  },
}
const { session, phone } = await ways[sdk]()
console.log(JSON.stringify({ openid: session.openid, unionid: session.unionid, phone: phone.phone_info.purePhoneNumber }))
