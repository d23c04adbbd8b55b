Page({
  data: { list: [] },

  onShow() {
    this.refresh();
  },

  onPullDownRefresh() {
    this.refresh();
  },

  refresh() {
    getApp().api('GET', '/trade/search.json').then(
      ({ list }) => {
        wx.stopPullDownRefresh();
        this.setData({ list: list.reverse() });
      },
      () => wx.stopPullDownRefresh()
    );
  }
});
