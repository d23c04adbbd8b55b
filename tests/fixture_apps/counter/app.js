App({
  globalData: { launches: 0 },
  onLaunch() {
    this.globalData.launches += 1
    const visits = (wx.getStorageSync('visits') || 0) + 1
    wx.setStorageSync('visits', visits)
    this.globalData.visits = visits
  },
})
