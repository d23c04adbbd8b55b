App({
  call(path, data, done) {
    wx.request({
      url: 'https://clinic.example' + path,
      method: 'POST',
      data: data,
      header: { 'X-Auth-Token': wx.getStorageSync('token') || '' },
      success: function (res) {
        var answer = res.data;
        if (answer.code === 0) return done(answer.data);
        if (answer.code === 40100 && path !== '/open/login') {
          wx.removeStorageSync('token');
          return wx.navigateTo({ url: '/pages/login/login' });
        }
        var texts = { 40100: '账号或密码不正确', 40900: '已约满或已取消' };
        wx.showToast({ title: texts[answer.code] || '系统繁忙', icon: 'none' });
      },
      fail: function () {
        wx.showToast({ title: '网络不给力', icon: 'none' });
      }
    });
  },

  loggedIn() {
    if (wx.getStorageSync('token')) return true;
    wx.navigateTo({ url: '/pages/login/login' });
    return false;
  }
});
