const { log, take } = require('./utils/log')

global.take = take

App({
  onLaunch(options) {
    log('app onLaunch', options.path, getCurrentPages().length)
    wx.onBeforeAppRoute(({ openType, path }) => log('route before', openType, path))
    wx.onAppRoute(({ openType, path }) => log('route', openType, path))
    wx.onAppRouteDone(({ openType, path }) => log('route done', openType, path))
    wx.onBeforePageLoad(({ path }) => log('before load', path))
    wx.onAfterPageLoad(({ path }) => log('after load', path))
    wx.onBeforePageUnload(({ path }) => log('before unload', path))
    wx.onAfterPageUnload(({ path }) => log('after unload', path, getCurrentPages().length))
  },
  onShow: (options) => log('app onShow', options.path),
  onHide: () => log('app onHide'),
  onError: (message) => log('app onError', String(message).split('\n')[0]),
  onUnhandledRejection: ({ reason }) => log('app onUnhandledRejection', reason),
  onPageNotFound: ({ path, query, isEntryPage }) => {
    log('app onPageNotFound', path, JSON.stringify(query), isEntryPage)
    if (query.to) wx.redirectTo({ url: query.to })
  },
  globalData: { name: 'lifecycle' },
})
