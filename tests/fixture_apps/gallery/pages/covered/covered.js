const recorded = require('../../recorder')

recorded({
  ask() {
    wx.showModal({ title: '问', content: '挡住下面' })
  },
})
