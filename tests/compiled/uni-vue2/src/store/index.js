import Vue from 'vue'
import Vuex from 'vuex'

Vue.use(Vuex)

const keep = (store) => store.subscribe((_, state) => uni.setStorageSync('shop', JSON.stringify(state)))

export default new Vuex.Store({
  plugins: [keep],
  state: { lines: [], address: null, searched: [] },
  getters: {
    count: ({ lines }) => lines.reduce((sum, { count }) => sum + count, 0),
    total: ({ lines }) => lines.reduce((sum, { cents, count }) => sum + cents * count, 0),
  },
  mutations: {
    restore(state) {
      const kept = uni.getStorageSync('shop')
      if (kept) Object.assign(state, JSON.parse(kept))
    },
    add({ lines }, { product, count }) {
      const line = lines.find(({ id }) => id === product.id)
      if (line) line.count += count
      else lines.push({ ...product, count })
    },
    change({ lines }, { id, count }) {
      lines.find((each) => each.id === id).count = count
    },
    remove(state, id) {
      state.lines = state.lines.filter((line) => line.id !== id)
    },
    empty(state) {
      state.lines = []
    },
    live(state, address) {
      state.address = address
    },
    search(state, words) {
      state.searched = [words, ...state.searched.filter((each) => each !== words)].slice(0, 5)
    },
  },
  actions: {
    audit({ state }) {
      const receipt = state.lines.find(({ count }) => count < 0)
      if (!receipt) throw new Error('a receipt is missing') // planted: store
      return receipt.name
    },
  },
})
