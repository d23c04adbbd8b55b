import Taro from '@tarojs/taro'

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

export async function ask<T>(path: string, data?: object, method: 'GET' | 'POST' = 'GET'): Promise<T> {
  const { statusCode, data: answer } = await Taro.request<T>({ url: BASE + path, data, method })
  if (statusCode >= 400) throw new Error(`${path} answers ${statusCode}`)
  return answer
}

/** A list is asked for without the parameters that are empty. */
export const open = (page: string, query = ''): void => {
  Taro.navigateTo({ url: `/pages/${page}/${page}${query}` })
}
