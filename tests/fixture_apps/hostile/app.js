App({
  onLaunch({ query }) {
    if (query.boot) for (;;);
  },
  onShow({ query }) {
    if (query.restart) wx.restartMiniProgram({ path: '/pages/loops/loops?restart=1' })
  },
})
