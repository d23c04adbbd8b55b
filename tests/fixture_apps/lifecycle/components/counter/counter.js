const { log } = require('../../utils/log')

Component({
  properties: {
    value: { type: Number, value: 1, observer: (now, before) => log('value', before, '->', now) },
    either: { type: Number, optionalTypes: [String] },
  },
  data: { double: 2, deep: { a: { b: 1 } }, list: [1, 2] },
  observers: {
    value(value) {
      log('observe value', value)
      this.setData({ double: value * 2 })
    },
    'value, double': (value, double) => log('observe both', value, double),
    'deep.a.b': (b) => log('observe deep.a.b', b),
    'deep.**': (deep) => log('observe deep.**', JSON.stringify(deep)),
    'list[1]': (item) => log('observe list[1]', item),
  },
  methods: {
    count() {
      this.setData({ value: this.data.value + 1 })
      this.triggerEvent('count', { value: this.data.value })
    },
  },
})
