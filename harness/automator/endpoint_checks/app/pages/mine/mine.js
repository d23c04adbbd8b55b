const app = getApp()

Page({
  data: { visits: 0 },
  onLoad() {
    app.note('mine.onLoad')
  },
  onShow() {
    app.note('mine.onShow')
    this.setData({ visits: this.data.visits + 1 })
  },
  onHide() {
    app.note('mine.onHide')
  },
  onUnload() {
    app.note('mine.onUnload')
  },
  onTabItemTap() {
    app.note('mine.onTabItemTap')
  },
})
