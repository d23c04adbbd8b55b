const heard = []

App({
  heard,
  onLaunch(options) {
    heard.push(['App.onLaunch', options.path])
    wx.onAppShow((entered) => heard.push(['wx.onAppShow', entered.scene]))
    wx.onAppHide(() => heard.push(['wx.onAppHide']))
    const updates = wx.getUpdateManager()
    updates.onCheckForUpdate(({ hasUpdate }) => heard.push(['checked', hasUpdate]))
    updates.onUpdateReady(() => heard.push(['ready']))
    updates.onUpdateFailed(() => heard.push(['failed']))
    this.updates = updates
  },
  onShow(options) {
    heard.push(['App.onShow', options.scene])
  },
  onHide() {
    heard.push(['App.onHide'])
  },
})
