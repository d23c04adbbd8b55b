const api = require('../../utils/api');
const format = require('../../utils/format');

Page({
  data: {
    loggedIn: false,
    loading: false,
    error: '',
    member: null,
    points: null,
  },

  onShow() {
    this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    if (!api.isLoggedIn()) {
      this.setData({ loggedIn: false, error: '', member: null, points: null });
      return;
    }
    this.setData({ loggedIn: true, loading: true, error: '' });
    try {
      const [member, points] = await Promise.all([
        api.call('GET', '/api/member'),
        api.call('GET', '/api/member/points'),
      ]);
      this.showMember(member);
      this.showPoints(points);
    } catch (error) {
      this.refused(error);
    } finally {
      this.setData({ loading: false });
    }
  },

  showMember(member) {
    this.setData({
      member: {
        initial: [...member.nickname][0],
        nickname: member.nickname,
        level: format.level(member.member_level),
        phone: member.phone_masked,
        bound: member.wechat_bound,
      },
    });
  },

  showPoints(points) {
    this.setData({
      points: {
        balance: points.balance,
        entries: points.items.map((entry) => ({
          id: entry.entry_id,
          reason: format.reason(entry.reason),
          amount: format.signed(entry.amount),
          time: format.moment(entry.created_at),
        })),
      },
    });
  },

  refused(error) {
    if (error.status === undefined) throw error;
    if (error.status === 401) {
      api.forget();
      this.setData({ loggedIn: false, member: null, points: null });
    }
    this.setData({ error: error.message });
  },

  goToLogin() {
    wx.navigateTo({ url: '/pages/login/login' });
  },

  async logOut() {
    try {
      await api.call('DELETE', '/api/session');
    } catch (error) {
      if (error.status !== 401) {
        this.refused(error);
        return;
      }
    }
    api.forget();
    this.load();
  },
});
