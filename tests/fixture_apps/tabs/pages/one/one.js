Page({
  data: { height: 0, loads: 0 },
  onLoad() {
    this.setData({ height: wx.getWindowInfo().windowHeight })
  },
  onShow() {
    const tabBar = this.getTabBar()
    if (tabBar) tabBar.setData({ selected: 0 })
  },
  onPullDownRefresh() {
    this.setData({ pulled: true })
  },
})
