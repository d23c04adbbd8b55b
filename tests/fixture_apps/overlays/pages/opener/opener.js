const text = (name) => {
  const path = `${wx.env.USER_DATA_PATH}/${name}`
  wx.getFileSystemManager().writeFileSync(path, 'x', 'utf8')
  return path
}
const pictures = () => ['one.png', 'two.png'].map(text)

// By a name of their own: what opens each overlay.
const OPENS = {
  toast: () => wx.showToast({ title: '已完成', duration: 4000 }),
  maskedToast: () => wx.showToast({ title: '已保存', duration: 4000, mask: true }),
  loading: () => wx.showLoading({ title: '加载中' }),
  maskedLoading: () => wx.showLoading({ title: '处理中', mask: true }),
  clipboard: () => wx.setClipboardData({ data: '复制' }),
  modal: () => wx.showModal({ title: '提示', content: '要删除吗' }),
  alert: () => wx.showModal({ content: '只有内容', showCancel: false, confirmText: '知道了' }),
  prompt: () => wx.showModal({ title: '备注', editable: true }),
  sheet: () => wx.showActionSheet({ itemList: ['拍照', '删除'] }),
  previewImage: () => wx.previewImage({ urls: pictures(), current: 1 }),
  previewMedia: () => wx.previewMedia({ sources: pictures().map((url) => ({ url })), current: 1 }),
  openDocument: () => wx.openDocument({ filePath: text('a.pdf') }),
  openLocation: () => wx.openLocation({ latitude: 23, longitude: 113, name: '店' }),
  chooseLocation: () => wx.chooseLocation({}),
  authorize: () => wx.authorize({ scope: 'scope.record' }),
  getLocation: () => wx.getLocation({}),
  privacy: () => wx.requirePrivacyAuthorize({}),
  privacyContract: () => wx.openPrivacyContract({}),
  chooseAddress: () => wx.chooseAddress({}),
  chooseInvoiceTitle: () => wx.chooseInvoiceTitle({}),
  chooseContact: () => wx.chooseContact({}),
  scanCode: () => wx.scanCode({}),
  navigateToMiniProgram: () => wx.navigateToMiniProgram({ appId: 'wx1' }),
  customerService: () => wx.openCustomerServiceChat({ extInfo: { url: 'u' }, corpId: 'c' }),
  payment: () => wx.requestPayment({ timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' }),
  subscribe: () => wx.requestSubscribeMessage({ tmplIds: ['订单发货通知'] }),
  shareFile: () => wx.shareFileMessage({ filePath: text('a.txt') }),
  shareVideo: () => wx.shareVideoMessage({ videoPath: text('a.mp4') }),
  shareImage: () => wx.showShareImageMenu({ path: text('a.png') }),
  chooseImage: () => wx.chooseImage({}),
  chooseMedia: () => wx.chooseMedia({}),
  chooseVideo: () => wx.chooseVideo({}),
  chooseMessageFile: () => wx.chooseMessageFile({ count: 1 }),
  unloadQuestion: () => wx.enableAlertBeforeUnload({ message: '不保存就离开吗' }),
}

const hear = (name, result) => getApp().heard.push([name, result])

Page({
  data: { names: Object.keys(OPENS) },
  open(event) {
    const { name } = event.currentTarget.dataset
    OPENS[name]().then((result) => hear(name, result), (error) => hear(name, error))
  },
  hear(event) {
    hear(event.currentTarget.id, { type: event.type, ...event.detail })
  },
  onShareAppMessage: () => ({ title: '一张卡片' }),
  touch() {
    getApp().touched += 1
  },
})
