const named = require('../../behaviors/named')
const { log } = require('../../utils/log')

Component({
  behaviors: [named, 'wx://component-export'],
  export: () => ({ exported: 'kit' }),
  data: { from: 'kit', deep: { own: 3 } },
  lifetimes: {
    created: () => log('kit created'),
    attached() {
      const { from, deep, base, filtered, title } = this.data
      log('kit attached', JSON.stringify({ from, deep, base, filtered, title, who: this.who(), more: this.base() }))
    },
  },
})
