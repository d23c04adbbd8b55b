import Taro from '@tarojs/taro'
import { create } from 'zustand'
import type { Address, Line, Product } from './api'

interface Kept {
  lines: Line[]
  address: Address | null
  searched: string[]
}

interface Shop extends Kept {
  restore(): void
  add(product: Product, count: number): void
  change(id: number, count: number): void
  remove(id: number): void
  empty(): void
  live(address: Address): void
  search(words: string): void
  audit(): string
}

export const useShop = create<Shop>((set, get) => ({
  lines: [],
  address: null,
  searched: [],
  restore: () => set(Taro.getStorageSync('shop') || {}),
  add: (product, count) =>
    set(({ lines }) =>
      lines.some(({ id }) => id === product.id)
        ? { lines: lines.map((line) => (line.id === product.id ? { ...line, count: line.count + count } : line)) }
        : { lines: [...lines, { ...product, count }] },
    ),
  change: (id, count) =>
    set(({ lines }) => ({ lines: lines.map((line) => (line.id === id ? { ...line, count } : line)) })),
  remove: (id) => set(({ lines }) => ({ lines: lines.filter((line) => line.id !== id) })),
  empty: () => set({ lines: [] }),
  live: (address) => set({ address }),
  search: (words) =>
    set(({ searched }) => ({ searched: [words, ...searched.filter((each) => each !== words)].slice(0, 5) })),
  audit() {
    const receipt = get().lines.find(({ count }) => count < 0)
    if (!receipt) throw new Error('a receipt is missing') // planted: store
    return receipt.name
  },
}))

useShop.subscribe(({ lines, address, searched }) => {
  Taro.setStorageSync('shop', { lines, address, searched })
})

export const countOf = ({ lines }: Kept): number => lines.reduce((sum, { count }) => sum + count, 0)
export const totalOf = ({ lines }: Kept): number => lines.reduce((sum, { cents, count }) => sum + cents * count, 0)
