const BASE = 'https://api.shop.example'

export interface Product {
  id: number
  name: string
  cents: number
  category: string
  note?: string
}

export interface Line extends Product {
  count: number
}

export interface Address {
  name: string
  phone: string
  city: string
  detail: string
}

export interface Order {
  id: string
  state: string
  cents: number
  lines: Line[]
  address: Address
}

export function ask<T>(path: string, data?: object, method: 'GET' | 'POST' = 'GET'): Promise<T> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: BASE + path,
      data,
      method,
      success: ({ statusCode, data }) => {
        if (statusCode < 400) resolve(data as T)
        else reject(new Error(`${path} answers ${statusCode}`))
      },
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    })
  })
}
