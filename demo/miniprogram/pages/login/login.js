const api = require('../../utils/api');

const wechatCode = () =>
  new Promise((resolve, reject) => {
    wx.login({
      success: ({ code }) => resolve(code),
      fail: () => reject(new Error('微信登录没有成功，请再试一次')),
    });
  });

Page({
  data: {
    agreed: false,
    loading: false,
    error: '',
  },

  onAgree({ detail }) {
    this.setData({ agreed: detail.value.includes('agree') });
  },

  // Without agreement the button is a plain one: no phone number may be asked for.
  onTap() {
    if (!this.data.agreed) {
      wx.showToast({ title: '请先阅读并同意隐私保护指引', icon: 'none' });
    }
  },

  async onPhoneNumber({ detail }) {
    if (!detail.code) {
      this.setData({ error: '需要手机号才能登录' });
      return;
    }
    this.setData({ loading: true, error: '' });
    try {
      const code = await wechatCode();
      const session = await api.call('POST', '/api/wechat/session', { code, phone_code: detail.code });
      api.remember(session.token);
      this.leave();
    } catch (error) {
      this.setData({ error: error.message });
    } finally {
      this.setData({ loading: false });
    }
  },

  leave() {
    if (getCurrentPages().length > 1) {
      wx.navigateBack();
    } else {
      wx.reLaunch({ url: '/pages/mine/mine' });
    }
  },
});
