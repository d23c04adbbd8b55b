// Pages and elements: finding, reading, touching, typing.

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { connect, data, heard, soon } from './driving.mjs'

const { mini, see, open, close } = await connect('elements')
after(close)

let page
const go = async (name) => {
  await open(name)
  page = await mini.currentPage()
}
beforeEach(() => go('start'))

const RECT = (selector) =>
  new Promise((resolve) => wx.createSelectorQuery().select(selector).boundingClientRect(resolve).exec())

test('finding', async () => {
  assert.equal(await (await page.$('#title')).text(), 'Probe')
  assert.equal(await page.$('#absent'), null)
  const rows = await page.$$('.row')
  assert.deepEqual(await Promise.all(rows.map((row) => row.text())), await see(data, 'rows'))
  assert.equal(await (await page.xpath('//view[@data-row="two"]')).text(), 'two')
  assert.equal(await page.getElementByXpath('//absent'), null)
  assert.equal((await page.getElementsByXpath('//view[@class="row"]')).length, 3)
  const list = await page.$('.list')
  assert.equal(await (await list.$('.row')).text(), 'one')
  assert.equal((await list.$$('.row')).length, 3)
  assert.equal(await list.$('#count'), null)
})

test('reading', async () => {
  const title = await page.$('#title')
  assert.equal(await title.attribute('class'), 'title big')
  assert.equal(await title.style('color'), 'rgb(255, 0, 0)')
  assert.equal(await title.wxml(), 'Probe')
  assert.match(await title.outerWxml(), /^<view id="title" .*>Probe<\/view>$/)
  const pad = await page.$('#pad')
  const seen = await see(RECT, '#pad')
  assert.deepEqual(await pad.size(), { width: seen.width, height: seen.height })
  assert.deepEqual(await pad.offset(), { left: seen.left, top: seen.top })
})

test('data and methods of a page', async () => {
  await see(() => getCurrentPages()[0].setData({ count: 5 }))
  assert.equal(await page.data('count'), 5)
  assert.equal(await page.data('deep.list[0].name'), 'first')
  assert.equal((await page.data()).count, 5)
  await page.setData({ count: 6 })
  assert.equal(await see(data, 'count'), 6)
  assert.equal(await page.callMethod('double', 21), 42)
  await page.callMethod('add')
  assert.equal(await see(data, 'count'), 7)
  await assert.rejects(page.callMethod('absent'), /page\.absent not exists/)
})

test('waiting', async () => {
  await see(() => getCurrentPages()[0].later())
  await page.waitFor('#late')
  assert.equal(await see(data, 'late'), true)
  await page.waitFor(async () => (await see(data, 'late')) === true)
})

test('the window', async () => {
  const { width, height } = await page.size()
  assert.equal(width, await see(() => wx.getWindowInfo().windowWidth))
  assert.ok(height > 1500)
  await mini.pageScrollTo(300)
  const scrolled = () =>
    see(() => new Promise((r) => wx.createSelectorQuery().selectViewport().scrollOffset(r).exec()))
  await soon(async () => (await scrolled()).scrollTop, 300)
  assert.equal(await page.scrollTop(), 300)
})

test('touching', async () => {
  await (await page.$('#add')).tap()
  await soon(() => see(data, 'count'), 1)
  const pad = await page.$('#pad')
  await pad.longpress()
  await soon(async () => (await see(heard, 'longpress')).length, 1)
  const at = { identifier: 0, pageX: 20, pageY: 90, clientX: 20, clientY: 90 }
  await pad.touchstart({ touches: [at], changedTouches: [at] })
  await pad.touchmove({ touches: [at], changedTouches: [at] })
  await pad.touchend({ touches: [], changedTouches: [at] })
  await soon(async () => (await see(heard, 'touchmove')).length, 1)
  await soon(async () => (await see(heard, 'touchend')).length, 2)
  await pad.trigger('custom', { n: 1 })
  await soon(() => see(heard, 'custom'), [{ n: 1 }])
  await pad.dispatchEvent({ eventName: 'scroll', detail: { scrollTop: 3 } })
  await soon(() => see(heard, 'scroll'), [{ scrollTop: 3 }])
})

test('an element that is covered or not shown is not touched', async () => {
  await assert.rejects((await page.$('#dead')).tap(), /cannot be tapped/)
  assert.deepEqual(await see(heard, 'tap'), [])
})

test('components of the app', async () => {
  const box = await page.$('#box')
  assert.deepEqual(await box.data(), { start: 3, number: 3 })
  assert.equal(await box.data('number'), 3)
  await box.setData({ number: 8 })
  assert.equal(await (await box.$('.number')).text(), '8')
  assert.equal(await box.callMethod('times', 2), 16)
  await box.callMethod('plus')
  await soon(() => see(heard, 'counted'), [{ number: 9 }])
  assert.equal(await box.property('start'), 3)
  await assert.rejects(box.property('absent'), /counter\.absent not exists/)
})

test('forms', async () => {
  await go('form')
  await (await page.$('#name')).input('小明')
  await soon(async () => (await see(heard, 'input')).at(-1)?.value, '小明')
  assert.equal(await (await page.$('#name')).value(), '小明')
  await (await page.$('#remark')).input('two words')
  const onOff = await page.$('#switch')
  assert.equal(await onOff.property('checked'), false)
  await onOff.tap()
  await soon(() => see(heard, 'change'), [{ value: true }])
  await (await page.$('#slider')).slideTo(55)
  await (await page.$('#picker')).trigger('change', { value: 2 })
  await (await page.$('#box-b')).tap()
  await (await page.$('#submit')).tap()
  await soon(async () => (await see(data, 'sent')) !== '', true)
  const { name, remark, slider, picker, boxes, ...others } = JSON.parse(await see(data, 'sent'))
  assert.deepEqual([name, remark, slider, picker, boxes], ['小明', 'two words', 55, 2, ['b']])
  assert.equal(others.switch, true)
})

test('what scrolls and swipes', async () => {
  await go('moving')
  const scroll = await page.$('#scroll')
  await scroll.scrollTo(40, 90)
  await soon(async () => (await see(heard, 'scroll')).at(-1)?.scrollTop, 90)
  assert.deepEqual([await scroll.property('scrollLeft'), await scroll.property('scrollTop')], [40, 90])
  assert.deepEqual([await scroll.scrollWidth(), await scroll.scrollHeight()], [500, 800])
  await (await page.$('#swiper')).swipeTo(2)
  await soon(async () => (await see(heard, 'change')).at(-1)?.currentItemId, 's2')
})

test('what moves', async () => {
  await go('moving')
  const movable = await page.$('#movable')
  const before = await see(RECT, '#movable')
  await movable.moveTo(60, 70)
  await soon(async () => (await see(RECT, '#movable')).left - before.left, 60)
  assert.deepEqual([await movable.property('x'), await movable.property('y')], [60, 70])
})

test('a video', async () => {
  await go('media')
  const video = await page.$('#video')
  await video.callContextMethod('play')
  await soon(async () => (await see(heard, 'play')).length, 1)
  await video.callContextMethod('requestFullScreen', { direction: 0 })
  await soon(() => see(heard, 'fullscreenchange'), [{ fullScreen: true, direction: 'vertical' }])
  await assert.rejects(video.callContextMethod('absent'), /VideoContext\.absent not exists/)
})
