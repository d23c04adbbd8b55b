// What the three files share: an app to drive, a second connection that looks at it, and a note of which of
// automator's methods were used.

import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import automator from 'miniprogram-automator'

const require = createRequire(import.meta.url)
const PATIENCE_MS = 3000

/** Automator's classes by name: what it offers a test. */
function classes() {
  const elements = require('miniprogram-automator/out/Element')
  const single = ['MiniProgram', 'Page', 'Native'].map((name) => [
    name,
    require(`miniprogram-automator/out/${name}`).default,
  ])
  const { default: Element, ...special } = elements
  return Object.fromEntries([...single, ['Element', Element], ...Object.entries(special)])
}

const PRIVATE = /^(constructor|_.*|send|sendNative|getter|domProperty|windowProperty|callFunction|changeRoute)$/

/** `Class.method` of every public method, with the class it stands on. */
function* publicMethods() {
  for (const [name, { prototype }] of Object.entries(classes())) {
    for (const method of Object.getOwnPropertyNames(prototype)) {
      if (!PRIVATE.test(method)) yield { name: `${name}.${method}`, prototype, method }
    }
  }
}

function noteUse() {
  const file = process.env.AUTOMATOR_NOTES
  for (const { name, prototype, method } of publicMethods()) {
    appendFileSync(file, `offered ${name}\n`)
    const original = prototype[method]
    prototype[method] = function (...args) {
      appendFileSync(file, `used ${name}\n`)
      return original.apply(this, args)
    }
  }
}

/** Connects to the app of this name twice: to drive it, and to see what became of it. */
export async function connect(app) {
  const wsEndpoint = JSON.parse(process.env.AUTOMATOR_APPS)[app]
  const looking = await automator.connect({ wsEndpoint })
  noteUse()
  const mini = await automator.connect({ wsEndpoint })
  const see = (script, ...args) => looking.connection.send('App.callFunction', {
    functionDeclaration: String(script),
    args,
  }).then(({ result }) => result)
  const open = (page) => see((url) => wx.reLaunch({ url }), `/pages/${page}/${page}`)
  const close = () => [mini, looking].forEach((each) => each.connection.dispose())
  return { mini, see, open, close }
}

/** Asserts that `read` comes to say `wanted`. */
export async function soon(read, wanted) {
  const deadline = performance.now() + PATIENCE_MS
  let seen = await read()
  while (performance.now() < deadline && JSON.stringify(seen) !== JSON.stringify(wanted)) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    seen = await read()
  }
  assert.deepEqual(seen, wanted)
}

/** In the app: the page on top, its data, and the events it has heard. */
export const routes = () => getCurrentPages().map(({ route }) => route)
export const data = (key) => getCurrentPages().at(-1).data[key]
export const heard = (type) =>
  (getCurrentPages().at(-1).heard ?? []).filter((event) => event.type === type).map(({ detail }) => detail)
