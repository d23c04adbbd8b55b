const app = getApp()

Page({
  data: { title: 'box', here: true, heard: null, at: 0, scrolls: 0 },
  onLoad() {
    app.note('page.onLoad')
  },
  onReady() {
    app.note('page.onReady')
  },
  changed(event) {
    this.setData({ heard: { type: event.type, detail: event.detail, target: event.target.id } })
  },
  swiped(event) {
    this.setData({ at: event.detail.current })
  },
  scrolled() {
    this.setData({ scrolls: this.data.scrolls + 1 })
  },
})
