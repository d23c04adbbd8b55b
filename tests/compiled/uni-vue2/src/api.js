const BASE = 'https://api.shop.example'

export function ask(path, data, method = 'GET') {
  return new Promise((resolve, reject) => {
    uni.request({
      url: BASE + path,
      data,
      method,
      success: ({ statusCode, data }) => {
        if (statusCode < 400) resolve(data)
        else reject(new Error(`${path} answers ${statusCode}`))
      },
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    })
  })
}
