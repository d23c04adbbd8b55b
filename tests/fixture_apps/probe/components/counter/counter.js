Component({
  properties: { start: Number },
  data: { number: 0 },
  lifetimes: {
    attached() {
      this.setData({ number: this.data.start })
    },
  },
  methods: {
    plus() {
      this.setData({ number: this.data.number + 1 })
      this.triggerEvent('counted', { number: this.data.number })
    },
    times(factor) {
      return this.data.number * factor
    },
  },
})
