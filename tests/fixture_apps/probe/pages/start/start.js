Page({
  data: { count: 0, last: '', rows: ['one', 'two', 'three'], late: false, shown: 0, deep: { list: [{ name: 'first' }] } },
  onShow() {
    this.setData({ shown: this.data.shown + 1 })
  },
  add() {
    this.setData({ count: this.data.count + 1 })
  },
  note(event) {
    const { type, detail, touches = [], changedTouches = [], target } = event
    const places = (list) => list.map(({ clientX, clientY }) => [Math.round(clientX), Math.round(clientY)])
    const heard = { type, detail, touches: places(touches), changedTouches: places(changedTouches), id: target.id }
    this.heard = [...(this.heard || []), heard]
    this.setData({ last: JSON.stringify(heard) })
  },
  later() {
    setTimeout(() => this.setData({ late: true }), 300)
  },
  fail() {
    throw new Error('the probe threw')
  },
  log() {
    console.warn('from the probe', { n: 1 })
  },
  open() {
    wx.navigateTo({ url: '/pages/second/second?from=start' })
  },
  double(number, more = 0) {
    return number * 2 + more
  },
})
