Page({
  data: { loaded: false, doctors: [], days: ['2026-12-07', '2026-12-08', '2026-12-09'] },

  onShow() {
    if (getApp().loggedIn()) this.load();
  },

  onPullDownRefresh() {
    this.load();
  },

  load() {
    var page = this;
    getApp().call('/mini/doctor/find', {}, function (data) {
      wx.stopPullDownRefresh();
      page.setData({ loaded: true, doctors: data.rows.filter(function (one) { return one.on === 1; }) });
    });
  },

  book(event) {
    var booking = { code: event.currentTarget.dataset.code, date: this.data.days[event.detail.value] };
    getApp().call('/mini/booking/new', booking, function () {
      wx.switchTab({
        url: '/pages/bookings/bookings',
        success: function () { wx.showToast({ title: '预约成功' }); }
      });
    });
  }
});
