const app = getApp()

Page({
  data: { query: {}, heard: null },
  onLoad(query) {
    app.note('detail.onLoad')
    this.setData({ query })
    const channel = this.getOpenerEventChannel()
    if (channel && channel.on) {
      channel.on('greet', (heard) => this.setData({ heard }))
      channel.emit('answer', { from: 'detail' })
    }
  },
  onShow() {
    app.note('detail.onShow')
  },
  onReady() {
    app.note('detail.onReady')
  },
  onHide() {
    app.note('detail.onHide')
  },
  onUnload() {
    app.note('detail.onUnload')
  },
})
