Page({
  data: { count: 0, name: '', said: '' },
  add() {
    this.setData({ count: this.data.count + 1 })
  },
  onName(event) {
    this.setData({ name: event.detail.value })
  },
  open() {
    wx.navigateTo({ url: '/pages/detail/detail?count=' + this.data.count })
  },
  ask() {
    wx.showModal({
      title: 'Sure?',
      content: 'really',
      success: ({ confirm }) => this.setData({ said: confirm ? 'yes' : 'no' }),
    })
  },
  fetch() {
    wx.request({
      url: 'https://api.fixture.example/echo?q=1',
      success: ({ statusCode, data }) => this.setData({ said: statusCode + ' ' + data.path + ' ' + (data.headers.traceparent || '') }),
      fail: ({ errMsg }) => this.setData({ said: errMsg }),
    })
  },
  login() {
    wx.login({ success: ({ code }) => this.setData({ said: code }) })
  },
  phone({ detail }) {
    this.setData({ said: detail.code || detail.errMsg })
  },
  fail() {
    throw new Error('the fixture threw')
  },
  spin() {
    for (;;);
  },
  double(value) {
    return value * 2
  },
})
