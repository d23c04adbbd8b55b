const { get } = require('./utils/request');

App({
  globalData: { card: '' },

  onLaunch() {
    this.globalData.card = wx.getStorageSync('card') || '';
  },

  bind(card) {
    this.globalData.card = card;
    wx.setStorageSync('card', card);
  },

  /** The orders of this phone; the shop's API has no list of them. */
  orders() {
    return Promise.all((wx.getStorageSync('orders') || []).map((id) => get(`/shop/orders/${id}`)));
  },
});
