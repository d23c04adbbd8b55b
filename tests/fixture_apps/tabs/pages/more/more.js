Page({
  data: { height: 0 },
  onLoad() {
    this.setData({ height: wx.getWindowInfo().windowHeight })
  },
})
