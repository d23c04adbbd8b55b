Page({
  data: { said: '' },
  send() {
    const planted = require('../../planted.js')
    const next = (number) => {
      if (number === planted.length) {
        this.setData({ said: 'sent' })
        return
      }
      const { header, target, type, text } = planted[number]
      if (!text.includes('\n')) console.log('sends', text) // a line says what it is, a page of them does not
      wx.request({
        url: 'https://api.fixture.example/api/carrier' + target,
        method: 'POST',
        header: { ...header, 'content-type': type || 'text/plain', 'X-Till': 'ti-fake-000001-phone' },
        data: text,
        responseType: 'arraybuffer',
        complete: () => next(number + 1),
      })
    }
    wx.login({ success: ({ code }) => { console.log('code=' + code); next(0) } })
  },
})
