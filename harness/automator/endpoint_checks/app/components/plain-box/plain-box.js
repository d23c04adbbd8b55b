const app = getApp()

Component({
  lifetimes: {
    detached() {
      app.note('plain.detached')
    },
  },
})
