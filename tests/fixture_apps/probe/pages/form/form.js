Page({
  data: { last: '', sent: '', fruits: ['apple', 'pear', 'plum'], columns: [['a', 'b'], ['1', '2', '3']] },
  note({ type, detail, target }) {
    const heard = { type, detail, id: target.id }
    this.heard = [...(this.heard || []), heard]
    this.setData({ last: JSON.stringify(heard) })
  },
  submitted({ detail }) {
    this.setData({ sent: JSON.stringify(detail.value) })
  },
})
