const recorded = require('../../recorder')

recorded({
  data: { copy: '', said: '' },
  onReady() {
    wx.createSelectorQuery()
      .select('#poster')
      .fields({ node: true, size: true })
      .exec(([{ node, width, height }]) => {
        const { pixelRatio } = wx.getWindowInfo()
        node.width = width * pixelRatio
        node.height = height * pixelRatio
        const context = node.getContext('2d')
        context.scale(pixelRatio, pixelRatio)
        context.fillStyle = '#07c160'
        context.fillRect(0, 0, width, height)
        context.fillStyle = '#ffffff'
        context.font = '20px sans-serif'
        context.fillText('海报', 20, 40)
        this.node = node
        this.context = context
        const picture = node.createImage()
        picture.onload = () => {
          context.drawImage(picture, 20, 60, 100, 50)
          this.setData({ said: `drawn ${picture.width}x${picture.height}` })
        }
        picture.onerror = (error) => this.setData({ said: `error ${error.message || error.type}` })
        picture.src = '/images/wide.png'
      })
    const legacy = wx.createCanvasContext('legacy')
    legacy.setFillStyle('#2782d7')
    legacy.fillRect(10, 10, 100, 60)
    legacy.setFillStyle('#000000')
    legacy.setFontSize(16)
    legacy.fillText('旧接口', 20, 100)
    legacy.drawImage('/images/wide.png', 150, 10, 80, 40)
    legacy.draw(false, () => this.note('draw', {}))
  },
  async save() {
    const { tempFilePath } = await wx.canvasToTempFilePath({ canvas: this.node })
    this.setData({ copy: tempFilePath })
    return tempFilePath
  },
  async saveLegacy() {
    const { tempFilePath } = await wx.canvasToTempFilePath({
      canvasId: 'legacy', x: 0, y: 0, width: 120, height: 80, destWidth: 60, destHeight: 40, fileType: 'jpg',
    })
    this.setData({ copy: tempFilePath })
    return tempFilePath
  },
  touched(event) {
    const { x, y } = event.touches[0]
    this.note('touched', { x, y })
  },
  pixel(x, y) {
    const { pixelRatio } = wx.getWindowInfo()
    return Array.from(this.context.getImageData(x * pixelRatio, y * pixelRatio, 1, 1).data)
  },
  offscreen() {
    const canvas = wx.createOffscreenCanvas({ type: '2d', width: 4, height: 4 })
    const context = canvas.getContext('2d')
    context.fillStyle = 'rgb(1, 2, 3)'
    context.fillRect(0, 0, 4, 4)
    return Array.from(context.getImageData(0, 0, 1, 1).data)
  },
  dataUrl() {
    return this.node.toDataURL('image/png').slice(0, 22)
  },
})
