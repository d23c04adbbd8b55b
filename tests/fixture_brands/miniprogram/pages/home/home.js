Page({
  data: { code: '' },

  type({ detail }) {
    this.setData({ code: detail.value.trim() });
  },

  scan() {
    wx.scanCode({ success: ({ result }) => this.show(result) });
  },

  open() {
    this.show(this.data.code);
  },

  show(code) {
    wx.navigateTo({ url: `/pages/item/item?id=${encodeURIComponent(code)}` });
  },

  mine() {
    wx.navigateTo({ url: '/pages/mine/mine' });
  },
});
