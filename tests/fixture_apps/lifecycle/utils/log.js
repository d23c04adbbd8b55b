const entries = []

function log(...parts) {
  entries.push(parts.join(' '))
}

const HOOKS = ['onLoad', 'onShow', 'onReady', 'onHide', 'onUnload', 'onRouteDone', 'onPullDownRefresh', 'onReachBottom']

/** A page that logs each of its hooks under a name. */
function logged(name, definition = {}) {
  const page = { ...definition }
  for (const hook of HOOKS) {
    const own = definition[hook]
    page[hook] = function (...args) {
      log(name, hook, ...(hook === 'onLoad' ? [JSON.stringify(args[0])] : []))
      if (own) own.apply(this, args)
    }
  }
  return page
}

module.exports = { log, logged, take: () => entries.splice(0) }
