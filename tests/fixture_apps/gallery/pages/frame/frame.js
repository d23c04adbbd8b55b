const recorded = require('../../recorder')

recorded({
  data: { src: '', hidden: false },
  onLoad(query) {
    this.setData({ src: decodeURIComponent(query.src || '') })
  },
})
