// In every document: what a page inside a <web-view> finds of WeChat. Elsewhere it does nothing.
;(() => {
  const memory = () => {
    const kept = new Map()
    return {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => void kept.set(String(key), String(value)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (index) => [...kept.keys()][index] ?? null,
      get length() {
        return kept.size
      },
    }
  }
  // The phone is the top, the app's frame its child; a web page is a child of that one.
  // A frame that is still empty, or shows the browser's own error, is no web page.
  if (window === window.top || window.parent === window.top || !/^https?:$/.test(location.protocol)) return
  // As JSON: callbacks among the options do not leave the page.
  const tell = (name, arg) =>
    window.parent.postMessage({ webView: { name, arg: JSON.parse(JSON.stringify(arg || {})) } }, '*')
  const routes = ['navigateTo', 'navigateBack', 'switchTab', 'reLaunch', 'redirectTo']
  window.__wxjs_environment = 'miniprogram'
  // Libraries of the page call this; the old script of the platform does as well.
  window.WeixinJSBridge = {
    invoke: (api, options, answer) => {
      const known = api === 'invokeMiniProgramAPI' && ['postMessage', ...routes].includes(options?.name)
      if (known) tell(options.name, options.arg)
      if (answer) setTimeout(() => answer({ err_msg: `${api}:${known ? 'ok' : 'fail not supported'}` }))
    },
    on: () => undefined,
    call: () => undefined,
  }
  const miniProgram = {
    postMessage: ({ data } = {}) => tell('postMessage', { data }),
    getEnv: (answer) => setTimeout(() => answer({ miniprogram: true })),
  }
  for (const name of routes) miniProgram[name] = (options) => tell(name, options)
  window.wx = {
    miniProgram,
    config: () => undefined,
    ready: (run) => setTimeout(run),
    error: () => undefined,
  }
  // The browser keeps no storage for frames of strangers; here it lasts as long as the page does.
  for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, name, { value: memory(), configurable: true })
  }
  document.addEventListener('DOMContentLoaded', () => tell('ready', { title: document.title }))
})()
