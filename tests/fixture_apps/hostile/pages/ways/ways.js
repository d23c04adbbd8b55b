// Every way out of the page that a browser has. Each is tried and says how it ended; none may get anywhere.
const window = Function('return this')()
const { document, navigator } = window
const HOST = '198.51.100.7'

const within = (promise) =>
  Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve('nothing'), 1500))])
const loads = (tag, attribute, url, more) =>
  new Promise((resolve) => {
    const node = Object.assign(document.createElement(tag), more)
    node.onload = () => resolve('loaded')
    node.onerror = () => resolve('failed')
    node[attribute] = url
    document.body.append(node)
  })
const told = (socket) =>
  new Promise((resolve) => {
    socket.onopen = () => resolve('loaded')
    socket.onmessage = () => resolve('loaded')
    socket.onerror = () => resolve('failed')
  })
const worker = (code) => {
  const made = new window.Worker(window.URL.createObjectURL(new window.Blob([code])))
  return new Promise((resolve) => (made.onmessage = ({ data }) => resolve(data)))
}

const ways = (to) => ({
  fetch: () => window.fetch(`https://${to}/fetch`).then(() => 'loaded'),
  noCors: () => window.fetch(`http://${to}/nocors`, { mode: 'no-cors' }).then(() => 'loaded'),
  https: () => window.fetch(`https://${to}/https`).then(() => 'loaded'),
  xhr: () => {
    const request = new window.XMLHttpRequest()
    const ended = new Promise((resolve) => {
      request.onload = () => resolve('loaded')
      request.onerror = () => resolve('failed')
    })
    request.open('GET', `https://${to}/xhr`)
    request.send()
    return ended
  },
  socket: () => told(new window.WebSocket(`ws://${to}/socket`)),
  secureSocket: () => told(new window.WebSocket(`wss://${to}/socket`)),
  events: () => told(new window.EventSource(`https://${to}/events`)),
  beacon: () => (navigator.sendBeacon(`https://${to}/beacon`, 'x'), 'nothing'),
  image: () => loads('img', 'src', `https://${to}/image.png`),
  script: () => loads('script', 'src', `https://${to}/script.js`),
  style: () => loads('link', 'href', `https://${to}/style.css`, { rel: 'stylesheet' }),
  prefetch: () => loads('link', 'href', `https://${to}/prefetch`, { rel: 'prefetch' }),
  preconnect: () => loads('link', 'href', `https://${to}/`, { rel: 'preconnect' }),
  dns: () => loads('link', 'href', '//looked-up.example', { rel: 'dns-prefetch' }),
  frame: () => loads('iframe', 'src', `https://${to}/frame`).then(() => 'nothing'),
  import: () => import(`https://${to}/module.js`).then(() => 'loaded'),
  background: () => {
    const node = document.createElement('div')
    node.style.cssText = `background:url(https://${to}/background.png);width:9px;height:9px`
    document.body.append(node)
    return 'nothing'
  },
  form: () => {
    const form = Object.assign(document.createElement('form'), { action: `https://${to}/form`, target: '_blank' })
    document.body.append(form)
    form.submit()
    return 'nothing'
  },
  open: () => (window.open(`https://${to}/open`) ? 'loaded' : 'failed'),
  worker: () => worker(`fetch('https://${to}/worker').then(() => postMessage('loaded'), () => postMessage('failed'))`),
  rtc: async () => {
    const peer = new window.RTCPeerConnection({ iceServers: [{ urls: `stun:${to}` }, { urls: 'stun:looked-up.example' }] })
    peer.createDataChannel('x')
    await peer.setLocalDescription(await peer.createOffer())
    return new Promise((resolve) => (peer.onicecandidate = ({ candidate }) => candidate && resolve('nothing')))
  },
  transport: () => new window.WebTransport(`https://${to}/`).ready.then(() => 'loaded'),
  service: () => navigator.serviceWorker.register('/pages/ways/ways.js').then((made) => (made ? 'loaded' : 'failed')),
  request: () =>
    new Promise((resolve) =>
      wx.request({ url: `http://${to}/wx`, success: () => resolve('loaded'), fail: ({ errMsg }) => resolve(errMsg) }),
    ),
})

// Other people's things: the shell around the app, what is beside the app's folder, the simulator's own ends.
const walls = {
  shell: () => String(window.parent.document),
  top: () => ((window.top.location = 'https://mp.invalid/elsewhere'), 'loaded'),
  opener: () => String(window.opener),
  cookie: () => (document.cookie = 'a=1') && (document.cookie || 'failed'),
  above: () => window.fetch('/../secret.txt').then((answer) => answer.status),
  encoded: () => window.fetch('/%2e%2e/secret.txt').then((answer) => answer.status),
  dots: () => window.fetch('/pages/..%2f..%2f..%2fsecret.txt').then((answer) => answer.status),
  absolute: () => window.fetch('//etc/passwd').then((answer) => answer.status),
  link: () => window.fetch('/linked.txt').then((answer) => answer.status),
  file: () => loads('img', 'src', 'file:///etc/passwd'),
  require: () => String(require('../../../secret')),
  bridge: () => Object.getOwnPropertyNames(window).filter((name) => /bridge|binding__|playwright/i.test(name)).join(),
  inner: () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const message = JSON.stringify({ method: 'App.exceptionThrown', params: { message: 'forged', stack: '' } })
    frame.contentWindow.__simBridge?.(`:event:${message}`)
    const names = ['__simBridge', 'SharedWorker']
    return names.filter((name) => frame.contentWindow[name] || window[name]).join() || 'nothing'
  },
  kept: () => (window.localStorage.mark ? 'loaded' : ((window.localStorage.mark = '1'), 'nothing')),
  replace: () => ((window.__sim = { call: () => ({ forged: true }) }), window.__sim.call.name),
  boot: () => window.__sim.boot({ files: {}, options: {} }).then(() => 'loaded'),
}

Page({
  /** How each way out ended, by name. All are tried at once: many end in nothing, which takes a while to tell. */
  async tryAll(to) {
    const tried = Object.entries({ ...ways(to || HOST), ...walls }).map(async ([name, go]) => {
      try {
        return [name, await within(go())]
      } catch (error) {
        return [name, `threw ${error.name}`]
      }
    })
    return Object.fromEntries(await Promise.all(tried))
  },
  away() {
    window.location.href = `http://${HOST}/away`
  },
  blank() {
    window.location.href = 'about:blank'
  },
  reload() {
    window.location.reload()
  },
})
