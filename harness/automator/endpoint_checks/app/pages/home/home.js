const app = getApp()

const describe = (event) => ({
  type: event.type,
  target: event.target.id,
  currentTarget: event.currentTarget.id,
  dataset: event.currentTarget.dataset,
})

const START = () => ({
  count: 0,
  shown: false,
  user: { name: 'Ming', tags: ['first', 'second'] },
  list: [
    { id: 1, name: 'one' },
    { id: 2, name: 'two' },
    { id: 3, name: 'three' },
  ],
})

Page({
  data: START(),
  events: [],
  onLoad() {
    this.events = []
    app.note('home.onLoad')
  },
  onShow() {
    app.note('home.onShow')
  },
  onReady() {
    app.note('home.onReady')
  },
  onHide() {
    app.note('home.onHide')
  },
  onUnload() {
    app.note('home.onUnload')
  },
  plus(event) {
    this.events.push({ ...describe(event), detail: event.detail })
    this.setData({ count: this.data.count + Number(event.currentTarget.dataset.step) })
  },
  held(event) {
    this.events.push(describe(event))
  },
  choose(event) {
    this.events.push(describe(event))
  },
  captured() {
    this.events.push('captured')
  },
  noted(event) {
    this.events.push({ ...describe(event), detail: event.detail, mark: event.mark })
  },
  touched(event) {
    this.events.push(`${event.type} ${event.touches.length} ${event.changedTouches.length}`)
  },
  sum(a, b) {
    return a + b
  },
  later(value) {
    return new Promise((resolve) => setTimeout(() => resolve(value), 20))
  },
  refuse() {
    throw new Error('refused by the page')
  },
  fail() {
    setTimeout(() => {
      throw new Error('thrown later')
    }, 0)
  },
  reject() {
    void Promise.reject(new Error('rejected by nobody'))
  },
  talk() {
    console.log('said', 1, { two: 2 })
    console.warn('warned')
  },
  ask() {
    return new Promise((resolve) => {
      wx.showModal({ title: 'Sure?', content: 'Really', success: resolve, fail: resolve })
    })
  },
})
