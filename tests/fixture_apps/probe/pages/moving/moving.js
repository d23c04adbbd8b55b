Page({
  data: { last: '' },
  note({ type, detail, target }) {
    const heard = { type, detail, id: target.id }
    this.heard = [...(this.heard || []), heard]
    this.setData({ last: JSON.stringify(heard) })
  },
})
