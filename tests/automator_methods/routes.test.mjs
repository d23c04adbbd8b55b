// Routes. Automator sleeps three seconds after each; here it asks at once, as the page must be there by then.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connect, data, routes, soon } from './driving.mjs'

const SLEEP_MS = 3000
const { setTimeout: timer } = globalThis
globalThis.setTimeout = (work, ms, ...rest) => timer(work, ms === SLEEP_MS ? 0 : ms, ...rest)

const { mini, see, close } = await connect('routes')
after(close)

test('from page to page', async () => {
  const start = await mini.currentPage()
  assert.equal(start.path, 'pages/start/start')

  const second = await mini.navigateTo('/pages/second/second?from=automator')
  assert.equal(second.path, 'pages/second/second')
  assert.deepEqual(second.query, { from: 'automator' })
  assert.deepEqual(await see(routes), ['pages/start/start', 'pages/second/second'])
  assert.equal(await see(data, 'from'), 'automator')
  const stack = await mini.pageStack()
  assert.deepEqual(stack.map(({ path }) => path), await see(routes))

  await mini.redirectTo('/pages/form/form')
  assert.deepEqual(await see(routes), ['pages/start/start', 'pages/form/form'])
  await mini.navigateBack()
  assert.deepEqual(await see(routes), ['pages/start/start'])
  await mini.switchTab('/pages/tab/tab')
  assert.deepEqual(await see(routes), ['pages/tab/tab'])
  await mini.reLaunch('/pages/second/second')
  assert.deepEqual(await see(routes), ['pages/second/second'])
})

test('by what WeChat draws around the page', async () => {
  await mini.native().goHome()
  await soon(() => see(routes), ['pages/start/start'])
  await mini.native().switchTab({ url: 'pages/tab/tab' })
  await soon(() => see(routes), ['pages/tab/tab'])
  await see((url) => wx.navigateTo({ url }), '/pages/second/second')
  await mini.native().navigateLeft()
  await soon(() => see(routes), ['pages/tab/tab'])
})

test('a page that is gone says so', async () => {
  await see((url) => wx.navigateTo({ url }), '/pages/second/second')
  const page = await mini.currentPage()
  await see(() => wx.navigateBack())
  await soon(() => see(routes), ['pages/tab/tab'])
  await assert.rejects(page.data(), /page destroyed/)
})
