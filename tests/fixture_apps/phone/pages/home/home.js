const { heard } = getApp()

Page({
  data: { said: '' },
  onShow() {
    heard.push(['home.onShow'])
  },
  onHide() {
    heard.push(['home.onHide'])
  },
  onResize({ size }) {
    heard.push(['home.onResize', size.windowWidth])
  },
  opened(event) {
    this.setData({ said: JSON.stringify([event.type, event.detail]) })
  },
  onShareAppMessage({ from, target }) {
    return { title: `from ${from} ${target ? target.dataset.card : ''}`, path: '/pages/other/other?id=7', imageUrl: '/card.png' }
  },
})
