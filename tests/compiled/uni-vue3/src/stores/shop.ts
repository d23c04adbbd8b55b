import { defineStore } from 'pinia'
import type { Address, Line, Product } from '../api'

interface State {
  lines: Line[]
  address: Address | null
  searched: string[]
}

export const useShop = defineStore('shop', {
  state: (): State => ({ lines: [], address: null, searched: [] }),
  getters: {
    count: (state) => state.lines.reduce((sum, { count }) => sum + count, 0),
    total: (state) => state.lines.reduce((sum, { cents, count }) => sum + cents * count, 0),
  },
  actions: {
    restore() {
      const kept = uni.getStorageSync('shop')
      if (kept) this.$patch(JSON.parse(kept))
    },
    keep() {
      uni.setStorageSync('shop', JSON.stringify(this.$state))
    },
    add(product: Product, count: number) {
      const line = this.lines.find(({ id }) => id === product.id)
      if (line) line.count += count
      else this.lines.push({ ...product, count })
      this.keep()
    },
    change(id: number, count: number) {
      const line = this.lines.find((each) => each.id === id)
      if (line) line.count = count
      this.keep()
    },
    remove(id: number) {
      this.lines = this.lines.filter((line) => line.id !== id)
      this.keep()
    },
    empty() {
      this.lines = []
      this.keep()
    },
    live(address: Address) {
      this.address = address
      this.keep()
    },
    search(words: string) {
      this.searched = [words, ...this.searched.filter((each) => each !== words)].slice(0, 5)
      this.keep()
    },
    audit() {
      const receipt = this.lines.find(({ count }) => count < 0)
      if (!receipt) throw new Error('a receipt is missing') // planted: store
      return receipt.name
    },
  },
})
