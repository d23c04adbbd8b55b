const HOST = 'https://mp.guangmu.example';

const send = (method, path, data, header = {}) =>
  new Promise((resolve, reject) => {
    const { card } = getApp().globalData;
    wx.request({
      url: HOST + path,
      method,
      data,
      header: card ? { Authorization: `Bearer ${card}`, ...header } : header,
      success: ({ statusCode, data: body }) => (statusCode < 300 ? resolve(body) : reject(statusCode)),
      fail: () => reject(0),
    });
  });

const TEXTS = { 0: '网络异常', 401: '会员码无效', 404: '没有这件商品', 409: '库存不足' };

module.exports = {
  get: (path) => send('GET', path),
  post: (path, data, header) => send('POST', path, data, header),
  complain: (status) => wx.showToast({ title: TEXTS[status] || '出错了', icon: 'none' }),
  yuan: (fen) => (fen / 100).toFixed(2),
};
