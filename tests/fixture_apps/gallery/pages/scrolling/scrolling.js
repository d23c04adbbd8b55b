const recorded = require('../../recorder')

recorded({
  data: { refreshing: false, target: '' },
  refresh(event) {
    this.record(event)
    this.setData({ refreshing: true })
    setTimeout(() => this.setData({ refreshing: false }), 100)
  },
})
