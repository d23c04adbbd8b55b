const { get, post, complain, yuan } = require('../../utils/request');

Page({
  data: { card: '', orders: [] },

  onShow() {
    const { card } = getApp().globalData;
    this.setData({ card });
    if (card) this.load();
  },

  type({ detail }) {
    this.typed = detail.value;
  },

  bind() {
    if (!this.typed) return;
    getApp().bind(this.typed.trim());
    if (getCurrentPages().length > 1) wx.navigateBack();
    else this.onShow();
  },

  async load() {
    try {
      const orders = await getApp().orders();
      const items = await Promise.all(orders.map((order) => get(`/shop/items/${order.item_id}`)));
      this.setData({
        orders: orders.map((order, index) => ({ ...order, name: items[index].name, yuan: yuan(order.total) })),
      });
    } catch (status) {
      complain(status);
    }
  },

  cancel({ currentTarget }) {
    wx.showActionSheet({
      itemList: ['不想要了', '拍错了'],
      success: () => post(`/shop/orders/${currentTarget.dataset.id}/cancel`).then(() => this.load(), complain),
    });
  },
});
