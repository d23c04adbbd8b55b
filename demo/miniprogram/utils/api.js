// Promises over wx.request, with the token from storage. Owns the token; knows no page.
const { baseUrl } = require('../config');

const TOKEN = 'token';

const MESSAGES = {
  'wechat-code': '微信登录已失效，请再试一次',
  'bound-elsewhere': '这个手机号已绑定其他微信，请换一个手机号',
  'phone-not-supported': '暂时只支持中国大陆手机号',
  unauthorized: '登录已过期，请重新登录',
};

/** A refusal of the API; `kind` is the last part of the problem's type, '' when there was no answer. */
class ApiError extends Error {
  constructor(status, kind) {
    super(MESSAGES[kind] || '服务暂时不可用，请稍后再试');
    this.status = status;
    this.kind = kind;
  }
}

function isLoggedIn() {
  return Boolean(wx.getStorageSync(TOKEN));
}

function remember(token) {
  wx.setStorageSync(TOKEN, token);
}

function forget() {
  wx.removeStorageSync(TOKEN);
}

function call(method, path, data) {
  const token = wx.getStorageSync(TOKEN);
  return new Promise((resolve, reject) => {
    wx.request({
      url: `${baseUrl}${path}`,
      method,
      data,
      header: token ? { Authorization: `Bearer ${token}` } : {},
      success({ statusCode, data: answer }) {
        if (statusCode >= 200 && statusCode < 300) {
          resolve(answer);
          return;
        }
        const type = (answer && answer.type) || '';
        reject(new ApiError(statusCode, type.split('/').pop()));
      },
      fail() {
        reject(new ApiError(0, ''));
      },
    });
  });
}

module.exports = { call, isLoggedIn, remember, forget };
