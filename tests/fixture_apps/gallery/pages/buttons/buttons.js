const recorded = require('../../recorder')

recorded({
  onShareAppMessage(from) {
    this.note('shareappmessage', from)
    return { title: '看看这家店', path: '/pages/buttons/buttons?from=share' }
  },
})
