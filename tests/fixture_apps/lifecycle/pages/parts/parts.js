const { log } = require('../../utils/log')

Page({
  data: { value: 5, text: 'outside', rows: [1, 2, 3], deep: { a: { b: 1 } } },
  onPlain: ({ detail, target, currentTarget }) => log('page plain', detail.n, target.id, currentTarget.id),
  onBubbling: ({ detail, target, currentTarget }) => log('page bubbling', detail.n, target.id, currentTarget.id),
  onComposed: ({ detail, currentTarget }) => log('page composed', detail.n, currentTarget.id),
  onCount: ({ type, detail }) => log('page', type, detail.value),
  select() {
    return {
      kit: this.selectComponent('#kit'),
      counter: this.selectComponent('#counter').data.value,
      rows: this.selectAllComponents('.row').map(({ data }) => data.n),
      none: this.selectComponent('#none'),
    }
  },
})
