const recorded = require('../../recorder')

recorded({
  data: { src: '' },
  onLoad(query) {
    this.setData({ src: query.src || '' })
  },
})
