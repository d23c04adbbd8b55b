const { get, post, complain, yuan } = require('../../utils/request');

Page({
  data: { item: null, price: '', quantity: 1, total: '' },

  onLoad({ id }) {
    this.id = decodeURIComponent(id);
    this.load();
  },

  load() {
    return get(`/shop/items/${this.id}`).then((item) => {
      this.setData({ item, price: yuan(item.price) });
      this.count(this.data.quantity);
    }, complain);
  },

  count(quantity) {
    this.setData({ quantity, total: yuan(this.data.item.price) });
  },

  less() {
    this.count(this.data.quantity - 1);
  },

  more() {
    this.count(this.data.quantity + 1);
  },

  buy() {
    if (!getApp().globalData.card) {
      wx.navigateTo({ url: '/pages/mine/mine' });
      return;
    }
    const request = `${Date.now()}-${Math.random()}`;
    const order = { item_id: this.id, quantity: this.data.quantity };
    post('/shop/orders', order, { 'X-Request-Id': request }).then(({ order_id }) => {
      wx.setStorageSync('orders', [order_id, ...(wx.getStorageSync('orders') || [])]);
      wx.redirectTo({ url: '/pages/mine/mine' });
    }, complain);
  },
});
