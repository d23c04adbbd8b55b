// In every document but the shell: what its code may not have, for it would cost processes that other apps need.
;(() => {
  if (window === window.top) return
  // Frames that an app makes find the host's function, too; only the page runtime, which loads later, may have it.
  if (window.parent !== window.top) delete window.__simBridge
  // What is printed goes to the browser and on to its driver, as long as it is.
  const shorten = (longest) => {
    const short = (value) => (typeof value === 'string' && value.length > longest ? 'a text too long to print' : value)
    for (const [name, print] of Object.entries(console)) {
      if (typeof print === 'function') console[name] = (...values) => print(...values.map(short))
    }
  }
  shorten(1_000_000)
  // Workers have a console of their own. Those of web pages are as the page makes them.
  if (window.parent !== window.top && /^https?:$/.test(location.protocol)) return
  delete window.SharedWorker
  const { Worker } = window
  window.Worker = class extends Worker {
    constructor(script, options) {
      if (options?.type === 'module') throw new TypeError('no modules as workers in a mini-program')
      const code = `(${shorten})(1e6);importScripts(${JSON.stringify(new URL(script, location.href).href)})`
      super(URL.createObjectURL(new Blob([code])), options)
    }
  }
})()
