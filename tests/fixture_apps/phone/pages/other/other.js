const { heard } = getApp()

Page({
  data: { id: '' },
  onLoad({ id }) {
    this.setData({ id })
    heard.push(['other.onLoad', id])
  },
})
