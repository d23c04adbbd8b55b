Component({
  properties: { value: String },
  methods: {
    change() {
      this.setData({ value: 'from inside' })
    },
  },
})
