// In every document but the shell: what its code may not have, for it would cost processes that other apps need.
;(() => {
  if (window === window.top) return
  // Frames that an app makes find the host's function, too; only the page runtime, which loads later, may have it.
  if (window.parent !== window.top) delete window.__simBridge
  // A mini-program has no workers of the browser; what they print nobody could shorten.
  const web = window.parent !== window.top && /^https?:$/.test(location.protocol)
  if (!web) for (const name of ['Worker', 'SharedWorker']) delete window[name]
  // What is printed goes to the browser and on to its driver, as long as it is.
  const longest = 1_000_000
  const short = (value) => (typeof value === 'string' && value.length > longest ? 'a text too long to print' : value)
  for (const [name, print] of Object.entries(console)) {
    if (typeof print === 'function') console[name] = (...values) => print(...values.map(short))
  }
})()
