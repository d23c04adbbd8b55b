Component({
  options: { multipleSlots: true },
  properties: { title: String },
  externalClasses: ['head-class'],
  methods: {
    send() {
      this.triggerEvent('plain', { n: 1 })
      this.triggerEvent('bubbling', { n: 2 }, { bubbles: true })
      this.triggerEvent('composed', { n: 3 }, { bubbles: true, composed: true })
    },
    owner() {
      return this.selectOwnerComponent().is
    },
    width() {
      return new Promise((resolve) => {
        this.createSelectorQuery()
          .select('.head')
          .boundingClientRect(({ width }) => resolve(width))
          .exec()
      })
    },
  },
})
