// The mini-program the conformance checks drive. `version` must be the one the checks were written for.
App({
  globalData: { conformance: 1, trail: [], errors: [], launch: null },
  onLaunch(options) {
    this.globalData.launch = { path: options.path, query: options.query }
  },
  onError(message) {
    this.globalData.errors.push(String(message).split('\n')[0])
  },
  note(entry) {
    this.globalData.trail.push(entry)
  },
  takeTrail() {
    return this.globalData.trail.splice(0)
  },
})
