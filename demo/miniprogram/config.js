module.exports = {
  baseUrl: 'https://mp-api.orange-shop.example',
};
