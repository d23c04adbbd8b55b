const OPTIONS = {
  showModal: { title: 'Sure?', content: 'Really?' },
  showActionSheet: { itemList: ['red', 'green', 'blue'] },
  requestPayment: { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' },
  requestSubscribeMessage: { tmplIds: ['T1', 'T2'] },
  authorize: { scope: 'scope.record' },
  getLocation: { type: 'gcj02' },
  chooseImage: { count: 1 },
  chooseLocation: {},
  requirePrivacyAuthorize: {},
  enableAlertBeforeUnload: { message: 'Leave?' },
  request: { url: 'https://api.probe.example/things' },
}
Page({
  data: { said: '', questions: Object.keys(OPTIONS) },
  ask({ currentTarget }) {
    const { api } = currentTarget.dataset
    const say = (answer) => this.setData({ said: JSON.stringify(answer) })
    wx[api]({ ...OPTIONS[api], success: say, fail: say })
  },
  chosen({ detail }) {
    this.setData({ said: JSON.stringify(detail) })
  },
  onShareAppMessage() {
    return { title: 'Probe shared', path: '/pages/start/start' }
  },
})
