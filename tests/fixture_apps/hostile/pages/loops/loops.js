// Code that does not come back, takes all there is, or never stops telling. One method each.
Page({
  onLoad({ load }) {
    if (load) for (;;);
  },
  data: { n: 0, big: 0 },
  handler() {
    function deep() {
      for (;;);
    }
    deep()
  },
  timer() {
    setTimeout(function tick() {
      for (;;);
    }, 10)
  },
  chain() {
    const link = () => Promise.resolve().then(link)
    link()
  },
  wxs() {
    this.setData({ n: 1 })
  },
  draw() {
    this.setData({ big: 1e9 })
  },
  grow() {
    const all = []
    for (;;) all.push(new Array(1000).fill(all.length))
  },
  growSlowly() {
    const all = []
    const more = () => {
      for (let i = 0; i < 2000; i++) all.push(new Array(10000).fill(i))
    }
    setInterval(more, 5)
  },
  buffers() {
    const all = []
    for (;;) all.push(new Uint8Array(1e7).fill(1))
  },
  huge() {
    const all = []
    for (;;) all.push(new Uint8Array(4e8).fill(1))
  },
  recurse() {
    const once = () => this.setData({ n: this.data.n + 0 }, once)
    once()
  },
  overflow() {
    const down = () => down() + 1
    down()
  },
  modals() {
    for (let i = 0; i < 3000; i++) wx.showModal({ title: 'm' + i })
  },
  logs() {
    for (let i = 0; i < 200000; i++) console.log('line', i, 'x'.repeat(50))
  },
  throwing() {
    const timer = setInterval(() => {
      throw new Error('again')
    }, 0)
    setTimeout(() => clearInterval(timer), 1500)
  },
  store() {
    for (let i = 0; i < 300; i++) wx.setStorageSync('k' + i, 'x'.repeat(1e5))
  },
  restart() {
    wx.restartMiniProgram({ path: '/pages/loops/loops?restart=1' })
  },
})
