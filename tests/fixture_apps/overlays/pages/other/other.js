Page({
  touch() {
    getApp().touched += 1
  },
})
