Page({
  data: { loaded: false, bookings: [], names: {} },

  onShow() {
    if (getApp().loggedIn()) this.load();
  },

  load() {
    var page = this;
    getApp().call('/mini/doctor/find', {}, function (found) {
      var names = {};
      found.rows.forEach(function (one) { names[one.code] = one.title; });
      getApp().call('/mini/booking/find', {}, function (data) {
        page.setData({ loaded: true, names: names, bookings: data.rows.reverse() });
      });
    });
  },

  revoke(event) {
    var page = this;
    var id = event.currentTarget.dataset.id;
    wx.showModal({
      title: '取消预约',
      content: '取消后号源将释放，确定取消吗？',
      confirmText: '确定',
      cancelText: '再想想',
      success: function (res) {
        if (!res.confirm) return;
        getApp().call('/mini/booking/revoke', { bookingId: id }, function () {
          wx.showToast({ title: '已取消' });
          page.load();
        });
      }
    });
  }
});
