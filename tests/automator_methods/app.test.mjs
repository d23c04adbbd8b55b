// The app as a whole: evaluate, mocks, exposed functions, events, dialogues, screenshots.

import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { after, beforeEach, test } from 'node:test'
import { connect, data, soon } from './driving.mjs'

const { mini, see, open, close } = await connect('app')
after(close)
beforeEach(() => open('start'))

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47])

test('evaluate', async () => {
  const sum = await mini.evaluate((a, b) => a + b + getCurrentPages().length, 1, 2)
  assert.equal(sum, 4)
  await mini.evaluate('() => { getCurrentPages()[0].setData({ count: 41 }) }')
  const page = await mini.currentPage()
  assert.equal(await (await page.$('#count')).text(), '41')
  assert.equal(await mini.evaluate(() => new Promise((r) => setTimeout(r, 1, 'late'))), 'late')
  await assert.rejects(mini.evaluate(() => missing()), /missing is not defined/)
})

test('APIs of wx', async () => {
  await mini.callWxMethod('setStorageSync', 'colour', { red: 1 })
  assert.deepEqual(await see(() => wx.getStorageSync('colour')), { red: 1 })
  assert.deepEqual((await mini.callWxMethod('getStorage', { key: 'colour' })).data, { red: 1 })
  await assert.rejects(mini.callWxMethod('getStorage', { key: 'absent' }), /getStorage:fail data not found/)
  const { model } = await mini.systemInfo()
  assert.equal(model, await see(() => wx.getDeviceInfo().model))
  await mini.checkVersion()
  assert.deepEqual(await mini.testAccounts(), [{ nickName: '小明', openid: 'oXiaoMing' }])
})

test('mocks', async () => {
  const place = () => see(() => wx.getLocation({ type: 'gcj02' }).then(({ latitude }) => latitude))
  await mini.mockWxMethod('getLocation', { latitude: 5, longitude: 6, errMsg: 'getLocation:ok' })
  assert.equal(await place(), 5)
  await mini.mockWxMethod('getLocation', (options, more) => ({ latitude: more, type: options.type }), 9)
  assert.equal(await place(), 9)
  await see(() => wx.setStorageSync('k', 'real'))
  await mini.mockWxMethod('getStorageSync', 'mocked')
  assert.equal(await see(() => wx.getStorageSync('k')), 'mocked')
  await mini.mockWxMethod('getStorageSync', function (key) {
    return `${this.origin(key)} of ${key}`
  })
  assert.equal(await see(() => wx.getStorageSync('k')), 'real of k')
  await mini.restoreWxMethod('getStorageSync')
  await mini.restoreWxMethod('getLocation')
  assert.equal(await see(() => wx.getStorageSync('k')), 'real')
})

test('functions of the test inside the app', async () => {
  const told = []
  await mini.exposeFunction('tellTheTest', (...args) => told.push(args))
  await see(() => tellTheTest(1, { two: 2 }))
  await soon(() => told, [[1, { two: 2 }]])
  await assert.rejects(mini.exposeFunction('tellTheTest', () => undefined), /already exists/)
})

test('console and exceptions', async () => {
  const lines = []
  const thrown = []
  mini.on('console', ({ type, args }) => lines.push([type, ...args]))
  mini.on('exception', ({ message }) => thrown.push(message))
  await mini.evaluate(() => undefined)
  const page = await mini.currentPage()
  await (await page.$('#log')).tap()
  await soon(() => lines.filter(([type]) => type === 'warn'), [['warn', 'from the probe', { n: 1 }]])
  await (await page.$('#throw')).tap()
  await soon(() => thrown, ['the probe threw'])
})

test('dialogues', async () => {
  await open('asking')
  const page = await mini.currentPage()
  const native = mini.native()
  const said = async (wanted) => {
    await soon(async () => (await see(data, 'said')) !== '', true)
    const answer = JSON.parse(await see(data, 'said'))
    await see(() => getCurrentPages()[0].setData({ said: '' }))
    for (const [name, value] of Object.entries(wanted)) assert.equal(answer[name], value)
  }
  const ask = async (id) => (await page.$(`#${id}`)).tap()
  await ask('showModal')
  await native.confirmModal()
  await said({ confirm: true })
  await ask('showModal')
  await native.cancelModal()
  await said({ confirm: false })
  await ask('authorize')
  await native.authorizeAllow()
  await said({ errMsg: 'authorize:ok' })
  await see(() => wx.authorize({ scope: 'scope.camera' }) && undefined)
  await native.authorizeCancel()
  await soon(() => see(() => wx.getSetting().then((s) => s.authSetting['scope.camera'])), false)
  await ask('requestPayment')
  await native.closePaymentDialog()
  await said({ errMsg: 'requestPayment:fail cancel' })
})

test('screenshots', async () => {
  const before = Buffer.from(await mini.screenshot(), 'base64')
  assert.deepEqual(before.subarray(0, 4), PNG)
  await see(() => getCurrentPages()[0].setData({ count: 888 }))
  const path = `${process.env.AUTOMATOR_NOTES}.png`
  await mini.screenshot({ path })
  const later = await readFile(path)
  await rm(path)
  assert.deepEqual(later.subarray(0, 4), PNG)
  assert.ok(!later.equals(before), 'the picture is the one before')
})

test('what this simulator does not do, it says at once', async () => {
  await assert.rejects(mini.stopAudits(), /Tool\.stopAudits unimplemented/)
  await assert.rejects(mini.remote(), /Tool\.enableRemoteDebug unimplemented/)
  await assert.rejects(mini.getTicket(), /Tool\.getTicket unimplemented/)
  await assert.rejects(mini.setTicket('t'), /Tool\.setTicket unimplemented/)
  await assert.rejects(mini.refreshTicket(), /Tool\.refreshTicket unimplemented/)
})
