const recorded = require('../../recorder')

recorded({
  data: { doubled: '', focused: false },
  double(event) {
    this.note('double', event.detail)
    return event.detail.value + event.detail.value
  },
})
