const { log } = require('../../utils/log')

Component({
  properties: { n: Number, yes: Boolean, text: String, list: Array },
  lifetimes: {
    created: () => log('typed created'),
    attached() {
      log('typed attached', JSON.stringify([this.data.n, this.data.yes, this.data.text, this.data.list]))
    },
    ready: () => log('typed ready'),
    detached: () => log('typed detached'),
  },
  pageLifetimes: { show: () => log('typed show'), hide: () => log('typed hide') },
  methods: {
    onLoad: (query) => log('typed onLoad', JSON.stringify(query)),
    onShow: () => log('typed onShow'),
    onReady: () => log('typed onReady'),
    onHide: () => log('typed onHide'),
    onUnload: () => log('typed onUnload'),
  },
})
