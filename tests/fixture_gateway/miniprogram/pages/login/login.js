Page({
  submit(event) {
    getApp().call('/open/login', event.detail.value, function (data) {
      wx.setStorageSync('token', data.token);
      wx.switchTab({ url: '/pages/doctors/doctors' });
    });
  }
});
