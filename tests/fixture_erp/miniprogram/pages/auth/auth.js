Page({
  data: { mobile: '' },

  signIn() {
    getApp().api('POST', '/auth.json', { mobile: this.data.mobile }).then(
      ({ sid }) => {
        wx.setStorageSync('sid', sid);
        wx.reLaunch({ url: '/pages/index/index' });
      },
      (code) => console.warn('auth', code)
    );
  }
});
