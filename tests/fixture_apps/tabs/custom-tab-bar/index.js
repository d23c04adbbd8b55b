Component({
  data: {
    selected: 0,
    list: [
      { url: '/pages/one/one', text: 'First' },
      { url: '/pages/two/two', text: 'Second' },
    ],
  },
  methods: {
    go({ currentTarget }) {
      wx.switchTab({ url: currentTarget.dataset.url })
    },
  },
})
