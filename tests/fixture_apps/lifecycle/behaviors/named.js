const { log } = require('../utils/log')

const base = Behavior({
  properties: { title: { type: String, value: 'base' } },
  data: { from: 'base', deep: { base: 1 }, base: true },
  lifetimes: {
    created: () => log('base created'),
    attached: () => log('base attached'),
  },
  methods: { who: () => 'base', base: () => 'base method' },
})

module.exports = Behavior({
  behaviors: [base],
  data: { from: 'named', deep: { named: 2 } },
  definitionFilter(definition) {
    definition.data.filtered = true
  },
  attached: () => log('named attached'),
  lifetimes: {
    created: () => log('named created'),
  },
  methods: { who: () => 'named' },
})
