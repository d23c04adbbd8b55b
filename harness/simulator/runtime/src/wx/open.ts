// What WeChat opens for an app or fetches from the person: codes, addresses, invoices, other mini-programs,
// payment, subscriptions, cards for friends.

import type { Dict } from '../types'
import { askSheet, paymentSheet } from '../ui/sheets'
import type { ModalResult, OpenDialog } from '../ui/dialogs'
import { ApiFailure, drawnOrAnswered, effect, type ApiCall, type Family, type WxContext } from './calls'

const ADDRESS: Dict = {
  userName: '张三',
  postalCode: '510000',
  provinceName: '广东省',
  cityName: '广州市',
  countyName: '海珠区',
  detailInfo: '新港中路397号',
  nationalCode: '510000',
  telNumber: '020-81167888',
}

const INVOICE_TITLE: Dict = {
  type: '0',
  title: '模拟的公司',
  taxNumber: '91440000000000000X',
  companyAddress: '广东省广州市海珠区新港中路397号',
  telephone: '020-81167888',
  bankName: '模拟银行',
  bankAccount: '6200000000000000',
}

/** A dialog of WeChat: what the person chose; ApiFailure `cancel` when they did not. `otherwise` fills in. */
async function agreed(
  context: WxContext,
  api: string,
  options: Dict,
  dialog: OpenDialog<ModalResult>,
  otherwise: Dict = {},
): Promise<Dict> {
  const read = (answer: Dict): ModalResult => ({
    ...answer,
    confirm: answer['confirm'] !== false,
    cancel: answer['confirm'] === false,
  })
  const { confirm, ...chosen } = await drawnOrAnswered(context, api, options, dialog, read)
  if (!confirm) throw new ApiFailure('cancel')
  const said = Object.fromEntries(Object.entries(chosen).filter(([name]) => name !== 'cancel'))
  return { ...otherwise, ...said }
}

function givenByThePerson(context: WxContext): Dict<ApiCall> {
  const { dialogs } = context
  const gives =
    (api: string, title: string, otherwise: Dict, lines: readonly string[]): ApiCall =>
    (options) =>
      agreed(
        context,
        api,
        options,
        askSheet(dialogs, { name: api, title, choices: lines, doing: '选择' }),
        otherwise,
      )
  const address = ['provinceName', 'cityName', 'countyName', 'detailInfo']
    .map((name) => ADDRESS[name])
    .join('')
  const line = `${String(ADDRESS['userName'])} ${String(ADDRESS['telNumber'])}\n${address}`
  return {
    chooseAddress: gives('chooseAddress', '选择收货地址', ADDRESS, [line]),
    chooseInvoiceTitle: gives('chooseInvoiceTitle', '选择发票抬头', INVOICE_TITLE, [
      String(INVOICE_TITLE['title']),
    ]),
    chooseContact: gives(
      'chooseContact',
      '选择联系人',
      {
        phoneNumber: '13800000000',
        displayName: '李四',
        phoneNumberList: ['13800000000'],
      },
      ['李四 13800000000'],
    ),
    async scanCode(options) {
      const content = '模拟器没有摄像头：由测试给出扫码结果（deviceState.scan）'
      const dialog = dialogs.modal({ title: '扫一扫', content, confirmText: '扫描' }, 'scanCode')
      const seen = await agreed(context, 'scanCode', options, dialog)
      if (typeof seen['result'] !== 'string') throw new ApiFailure('nothing to scan')
      return {
        scanType: 'QR_CODE',
        charSet: 'UTF-8',
        path: '',
        rawData: btoa(unescape(encodeURIComponent(seen['result']))),
        ...seen,
      }
    },
    async getWeRunData(options) {
      await context.permissions.demand('scope.werun')
      const answer = await context.bridge.askPerson('getWeRunData', options)
      if (!answer) context.gaps.note('getWeRunData.encryptedData')
      return { encryptedData: '', iv: '', cloudID: '', ...answer }
    },
  }
}

function elsewhere(context: WxContext): Dict<ApiCall> {
  const { app, bridge, dialogs } = context
  const otherApp =
    (api: string): ApiCall =>
    async (options) => {
      const { appId, shortLink } = options
      if (typeof appId !== 'string' && typeof shortLink !== 'string') {
        throw new ApiFailure('parameter error: parameter.appId should be String instead of Undefined;')
      }
      const title = `即将打开“${String(appId ?? shortLink)}”小程序`
      const dialog = dialogs.modal({ content: title, confirmText: '允许' }, api)
      await agreed(context, api, options, dialog)
      effect(context, api, options)
      bridge.tell('wish', { wish: 'leave' })
      return {}
    }
  return {
    navigateToMiniProgram: otherApp('navigateToMiniProgram'),
    openEmbeddedMiniProgram: otherApp('openEmbeddedMiniProgram'),
    navigateBackMiniProgram(options) {
      if (app.entered['scene'] !== 1037)
        throw new ApiFailure('the app was not opened by another mini-program')
      effect(context, 'navigateBackMiniProgram', options)
      bridge.tell('wish', { wish: 'leave' })
      return undefined
    },
    async openCustomerServiceChat(options) {
      const api = 'openCustomerServiceChat'
      const dialog = dialogs.modal({ content: '即将打开微信客服', confirmText: '允许' }, api)
      await agreed(context, api, options, dialog)
      effect(context, api, options)
      return {}
    },
  }
}

/** What is wrong with the templates of a subscription, with WeChat's own number. */
function wrongTemplates(ids: readonly string[]): ApiFailure | undefined {
  if (ids.length === 0) return new ApiFailure("TmplIds can't be empty", { errCode: 10001 })
  if (ids.length > 5) return new ApiFailure('Templates count out of max bounds', { errCode: 20003 })
  return undefined
}

function moneyAndMessages(context: WxContext): Dict<ApiCall> {
  const { dialogs } = context
  return {
    async requestPayment(options) {
      await agreed(context, 'requestPayment', options, paymentSheet(dialogs))
      effect(context, 'requestPayment', options)
      return undefined
    },
    async requestSubscribeMessage(options) {
      const api = 'requestSubscribeMessage'
      const ids = (options['tmplIds'] as unknown[]).map(String)
      const wrong = wrongTemplates(ids)
      if (wrong) throw wrong
      const dialog = askSheet(dialogs, { name: api, title: '发送一次以下消息', choices: ids, refuse: '取消' })
      const answer = await drawnOrAnswered<Dict>(context, api, options, dialog as never, (given) => given)
      const verdict =
        typeof answer['confirm'] === 'boolean' ? (answer['confirm'] ? 'accept' : 'reject') : undefined
      const verdicts = Object.fromEntries(ids.map((id) => [id, verdict ?? answer[id] ?? 'reject']))
      effect(context, api, verdicts)
      return verdicts
    },
  }
}

export const opening: Family = (context) => ({
  calls: { ...givenByThePerson(context), ...elsewhere(context), ...moneyAndMessages(context) },
})
