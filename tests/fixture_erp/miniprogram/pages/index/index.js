const app = getApp();

Page({
  data: { list: [] },

  onShow() {
    this.refresh();
  },

  onPullDownRefresh() {
    this.refresh().then(() => wx.stopPullDownRefresh());
  },

  async refresh() {
    try {
      const { list } = await app.api('GET', '/goods/search.json');
      const found = list.map(({ goodsId }) => app.api('GET', '/goods/info.json', { goodsId }));
      this.setData({ list: await Promise.all(found) });
    } catch (code) {
      console.warn('goods', code); // the person was told
    }
  },

  async buy({ detail }) {
    if (!app.signedIn()) return app.signIn();
    try {
      await app.api('POST', '/trade/create.json', detail);
      wx.navigateTo({ url: '/pages/trades/trades' });
    } catch (code) {
      console.warn('trade', code);
    }
  }
});
