const app = getApp({ allowDefault: true })
app.early = true

Page({ app: () => ({ early: getApp().early, name: getApp().globalData.name }) })
