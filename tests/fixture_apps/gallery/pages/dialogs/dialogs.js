const recorded = require('../../recorder')

recorded({
  data: {
    calls: [
      { name: 'toast', api: 'showToast', options: { title: '已完成', duration: 60000 } },
      { name: 'error', api: 'showToast', options: { title: '获取失败', icon: 'error', duration: 60000 } },
      { name: 'text', api: 'showToast', options: { title: '文字提示，不带图标', icon: 'none', duration: 60000 } },
      { name: 'loading', api: 'showLoading', options: { title: '加载中' } },
      { name: 'masked', api: 'showLoading', options: { title: '处理中', mask: true } },
      { name: 'modal', api: 'showModal', options: { title: '弹窗标题', content: '弹窗内容，告知当前状态、信息和解决方法' } },
      { name: 'alert', api: 'showModal', options: { content: '只有内容', showCancel: false, confirmText: '知道了' } },
      { name: 'prompt', api: 'showModal', options: { title: '备注', editable: true, placeholderText: '请输入备注' } },
      { name: 'sheet', api: 'showActionSheet', options: { itemList: ['拍照', '从相册选择', '删除'], alertText: '选择图片' } },
      { name: 'authorize', api: 'authorize', options: { scope: 'scope.userLocation' } },
      { name: 'payment', api: 'requestPayment', options: { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' } },
      { name: 'subscribe', api: 'requestSubscribeMessage', options: { tmplIds: ['订单发货通知', '退款通知'] } },
      { name: 'preview', api: 'previewImage', options: { urls: ['https://media.example/a.png'] } },
    ],
  },
  call(event) {
    const { name, api, options } = this.data.calls[event.currentTarget.dataset.index]
    wx[api](options).then((result) => this.note(name, result), (error) => this.note(name, error))
  },
})
