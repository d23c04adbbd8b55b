const { log, logged } = require('../../utils/log')

Page(
  logged('plain', {
    data: { list: [{ n: 1 }, { n: 2 }], deep: { a: { b: 1 } }, keys: ['x', 'y'], show: true },
    onPageScroll: ({ scrollTop }) => log('plain onPageScroll', scrollTop > 0),
    onResize: ({ size }) => log('plain onResize', size.windowWidth > 0),
    onShareAppMessage: ({ from }) => ({ title: `shared by ${from}`, path: '/pages/plain/plain?shared=1' }),
    onShareTimeline: () => ({ title: 'on the timeline', query: 'a=1' }),
    onAddToFavorites: () => ({ title: 'kept', query: 'b=2' }),
    onSaveExitState: () => ({ data: { kept: 1 } }),
    swap() {
      this.setData({ keys: ['y', 'x'] })
    },
  }),
)
