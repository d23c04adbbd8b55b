export default defineAppConfig({
  pages: [
    'pages/home/home',
    'pages/list/list',
    'pages/cart/cart',
    'pages/me/me',
    'pages/detail/detail',
    'pages/search/search',
    'pages/checkout/checkout',
    'pages/address/address',
    'pages/orders/orders',
    'pages/order/order',
  ],
  window: {
    navigationBarBackgroundColor: '#ffffff',
    navigationBarTextStyle: 'black',
    navigationBarTitleText: '茶铺',
    backgroundColor: '#f6f6f6',
  },
  tabBar: {
    color: '#888888',
    selectedColor: '#0a7d55',
    list: [
      { pagePath: 'pages/home/home', text: '首页' },
      { pagePath: 'pages/list/list', text: '商品' },
      { pagePath: 'pages/cart/cart', text: '购物车' },
      { pagePath: 'pages/me/me', text: '我的' },
    ],
  },
})
