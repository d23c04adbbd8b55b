const recorded = require('../../recorder')

recorded({
  data: { shown: false, portal: true, title: '层与导航', bar: '#ffffff' },
  open() {
    this.setData({ shown: true })
  },
  overlay(event) {
    this.record(event)
    this.setData({ shown: false })
  },
  left(event) {
    this.record(event)
    this.setData({ shown: false })
  },
})
