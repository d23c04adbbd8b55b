import { expect, test, vi } from 'vitest'
import { stepStyle } from '../src/engine/animation'
import { describeError } from '../src/errors'
import { createGlobalObject } from '../src/globals'
import { createAnimation } from '../src/wx/animation'
import { ApiFailure, Gaps, publish } from '../src/wx/calls'
import { prepareRequest, responseData } from '../src/wx/network'
import { unsupportedApis } from '../src/wx/unsupported'
import { listening } from './listening'

const { exceptions } = listening()

test('without callbacks an API is a promise', async () => {
  const api = publish('getThing', () => ({ thing: 1 }), exceptions)
  expect(await api()).toEqual({ errMsg: 'getThing:ok', thing: 1 })
})

test('with callbacks it returns nothing and calls success and complete', async () => {
  const api = publish('getThing', () => ({ thing: 1 }), exceptions)
  const success = vi.fn()
  const complete = vi.fn()
  expect(api({ success, complete })).toBeUndefined()
  await Promise.resolve().then(() => new Promise((resolve) => setTimeout(resolve)))
  expect(success).toHaveBeenCalledWith({ errMsg: 'getThing:ok', thing: 1 })
  expect(complete).toHaveBeenCalledTimes(1)
})

test('a failure is told as <api>:fail with its fields', async () => {
  const api = publish(
    'getThing',
    () => {
      throw new ApiFailure('auth deny', { errno: 103 })
    },
    exceptions,
  )
  await expect(api()).rejects.toEqual({ errMsg: 'getThing:fail auth deny', errno: 103 })
  const fail = vi.fn()
  api({ fail })
  await new Promise((resolve) => setTimeout(resolve))
  expect(fail).toHaveBeenCalledWith({ errMsg: 'getThing:fail auth deny', errno: 103 })
})

test('what is not simulated says so and is counted', async () => {
  const gaps = new Gaps()
  const apis = unsupportedApis(gaps, exceptions) as Record<string, () => unknown>
  await expect(apis['scanCode']?.()).rejects.toEqual({
    errMsg: 'scanCode:fail not supported by the simulator',
  })
  const video = apis['createVideoContext']?.() as Record<string, () => unknown>
  expect(video['play']?.()).toBeUndefined()
  expect(gaps.list()).toEqual({ scanCode: 1, createVideoContext: 1, 'createVideoContext.play': 1 })
})

test('the data of a GET goes into the query', () => {
  expect(prepareRequest({ url: 'https://h/a?b=1', data: { q: 'ü', o: { z: 1 } } })).toMatchObject({
    url: 'https://h/a?b=1&q=%C3%BC&o=%7B%22z%22%3A1%7D',
    method: 'GET',
    data: null,
  })
})

test('the data of a POST is JSON, or a form when the header says so', () => {
  expect(prepareRequest({ url: 'https://h/a', method: 'post', data: { q: 1 } })).toEqual({
    url: 'https://h/a',
    method: 'POST',
    header: { 'content-type': 'application/json' },
    data: '{"q":1}',
    base64: false,
  })
  const header = { 'Content-Type': 'application/x-www-form-urlencoded' }
  expect(prepareRequest({ url: 'https://h/a', method: 'POST', data: { q: 'a b' }, header }).data).toBe(
    'q=a%20b',
  )
})

test('headers are text, and the referer is not the app’s', () => {
  const { header } = prepareRequest({
    url: 'https://h/a',
    header: { Referer: 'x', 'X-N': 1, 'X-U': undefined },
  })
  expect(header).toEqual({ 'content-type': 'application/json', 'x-n': '1' })
})

test('a request without a proper url or method is refused', () => {
  expect(() => prepareRequest({ url: '/a' })).toThrow('invalid url "/a"')
  expect(() => prepareRequest({ url: 'https://h', method: 'FETCH' })).toThrow('method is invalid')
})

test('the answer is parsed as JSON when it is JSON', () => {
  expect(responseData({ data: '{"a":1}' }, {})).toEqual({ a: 1 })
  expect(responseData({ data: 'plain' }, {})).toBe('plain')
  expect(responseData({ data: '{"a":1}' }, { dataType: 'text' })).toBe('{"a":1}')
  expect(responseData({ data: btoa('{"a":2}'), base64: true }, {})).toEqual({ a: 2 })
})

test('an answer asked for as bytes is bytes', () => {
  const bytes = responseData({ data: btoa('hi'), base64: true }, { responseType: 'arraybuffer' })
  expect([...new Uint8Array(bytes as ArrayBuffer)]).toEqual([104, 105])
})

test('an animation records steps that become styles', () => {
  const animation = createAnimation({ duration: 100 }) as Record<string, (...args: unknown[]) => unknown>
  animation['translateX']?.(10)
  animation['rotate']?.(45)
  animation['opacity']?.(0.5)
  animation['width']?.(20)
  animation['step']?.({ delay: 5 })
  const { actions } = animation['export']?.() as { actions: Parameters<typeof stepStyle>[0][] }
  expect(actions).toHaveLength(1)
  expect(actions[0] && stepStyle(actions[0])).toBe(
    'transition:all 100ms linear 5ms;transform-origin:50% 50% 0;' +
      'transform:translateX(10px) rotate(45deg);opacity:0.5;width:20px',
  )
})

test('anything thrown has a message', () => {
  expect(describeError(new TypeError('no')).message).toBe('TypeError: no')
  expect(describeError(new Error('no')).message).toBe('no')
  expect(describeError({ errMsg: 'x:fail' }).message).toBe('x:fail')
  expect(describeError(undefined).message).toBe('undefined')
})

test('frames of the runtime are left out of a stack', () => {
  const error = new Error('x')
  error.stack = 'Error: x\n    at t (p/a.js:2:3)\n    at q (https://h/__host/host.js:1:99)'
  expect(describeError(error).stack).toBe('Error: x\n    at t (p/a.js:2:3)')
})

test('the global object holds the language, and nothing of the browser', () => {
  const made = createGlobalObject(globalThis)
  expect(made['Promise']).toBe(Promise)
  expect(made['document']).toBeUndefined()
  made['own'] = 1
  expect(Object.keys(made)).toEqual(['own'])
})
