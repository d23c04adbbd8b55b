// The app of ways.yaml, whose scripts stand where WAYS stands.
const window = Function('return this')()
const within = (promise, ms) => Promise.race([promise, new Promise((go) => setTimeout(() => go(''), ms))])

const STARTS = ['', '/', './', './/'].flatMap((start) =>
  ['..', '../..', '../../..', '../../../..'].map((up) => `${start}${up}/outside/`),
)
const ROOTS = ['', 'file://', 'FILE:', 'http://usr/', 'wxfile://', 'http://usr/../../../..', 'http://tmp/../../..']
const MORE_ROOTS = [wx.env.USER_DATA_PATH, `${wx.env.USER_DATA_PATH}/../../../..`, '/proc/self/root', '/usr/../..']
const ODD = ['%2e%2e/outside/', '/%2e%2e/outside/', '..%2foutside%2f', '%252e%252e/outside/', '..\\outside\\']
const ODDER = ['pages/../../outside/', 'pages/home/../../../outside/', '~/', '$HOME/', '\u2025/outside/', '..\uFF0Foutside/']
const OTHERS = ['/etc/passwd', '/proc/self/environ', '.git/config', '.env', 'project.private.config.json']

const full = (given) => ({
  ...given,
  window,
  paths: (name) => [
    ...[...STARTS, ...ODD, ...ODDER].map((start) => `${start}${name}`),
    ...[...ROOTS, ...MORE_ROOTS].map((root) => `${root}${given.outside}/${name}`),
    `../outside/${name}\0`,
    ...(name ? OTHERS : []),
  ],
  each: async (values, go) => {
    const got = values.map(async (value) => {
      try {
        const said = await within((async () => go(value))(), 3000)
        return said ? `${value}: ${String(said).slice(0, 300)}` : ''
      } catch {
        return ''
      }
    })
    return (await Promise.all(got)).filter(Boolean)
  },
  loads: (tag, attribute, url) =>
    new Promise((resolve) => {
      const node = window.document.createElement(tag)
      node.onload = () => resolve(true)
      node.onerror = () => resolve(false)
      node[attribute] = url
      window.document.body.append(node)
    }),
  opens: (socket) =>
    new Promise((resolve) => {
      socket.onopen = () => resolve(true)
      socket.onerror = () => resolve(false)
    }),
  promise: (api, options) => new Promise((success, fail) => wx[api]({ ...options, success, fail })),
})

const ways = {
  /* WAYS */
}

App({
  async way(name, given) {
    try {
      const got = await within(ways[name](full(given)), 15000)
      return got === undefined ? '' : typeof got === 'string' ? got : JSON.stringify(got)
    } catch (error) {
      return `threw ${error && (error.errMsg || error.message || error.name)}`
    }
  },
})
