const { log } = require('../../utils/log')

Component({
  relations: {
    '../row/row': {
      type: 'child',
      linked: (target) => log('list linked', target.data.n),
      linkChanged: (target) => log('list linkChanged', target.data.n),
      unlinked: (target) => log('list unlinked', target.data.n),
    },
  },
  properties: { items: Array },
  methods: {
    numbers() {
      return this.getRelationNodes('../row/row').map(({ data }) => data.n)
    },
  },
})
