const { log } = require('../../utils/log')

Component({
  relations: {
    '../list/list': {
      type: 'parent',
      linked() {
        log('row linked', this.data.n)
      },
      unlinked() {
        log('row unlinked', this.data.n)
      },
    },
  },
  properties: { n: Number, text: String },
})
