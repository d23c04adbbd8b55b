Page({
  data: { visits: 0 },
  onShow() {
    this.setData({ visits: getApp().globalData.visits })
  },
})
