const { log } = require('../../utils/log')

const said = (what) =>
  function () {
    log(this.data.name, what)
  }

Component({
  properties: { name: String },
  lifetimes: {
    created: () => log('created'),
    attached: said('attached'),
    ready: said('ready'),
    moved: said('moved'),
    detached: said('detached'),
    error(error) {
      log(this.data.name, 'error', error.message)
    },
  },
  pageLifetimes: {
    show: said('show'),
    hide: said('hide'),
    resize: said('resize'),
    routeDone: said('routeDone'),
  },
})
