const app = getApp()

Component({
  properties: { title: String, start: { type: Number, value: 0 } },
  data: { value: 0, doubled: 0 },
  observers: {
    value(value) {
      this.setData({ doubled: value * 2 })
    },
  },
  lifetimes: {
    created() {
      app.note('box.created')
    },
    attached() {
      app.note('box.attached')
      this.setData({ value: this.data.start })
    },
    ready() {
      app.note('box.ready')
    },
    detached() {
      app.note('box.detached')
    },
  },
  methods: {
    more() {
      this.add(1)
    },
    add(amount) {
      this.setData({ value: this.data.value + amount })
      this.triggerEvent('changed', { value: this.data.value })
      return this.data.value
    },
  },
})
