Page({
  data: { list: [] },

  onShow() {
    this.refresh();
  },

  onPullDownRefresh() {
    this.refresh();
  },

  refresh() {
    if (!getApp().signedIn()) return getApp().signIn();
    getApp().api('GET', '/trade/search.json').then(
      ({ list }) => {
        wx.stopPullDownRefresh();
        this.setData({ list: list.reverse() });
      },
      () => wx.stopPullDownRefresh()
    );
  }
});
