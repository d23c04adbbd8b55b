import { expect, test } from 'vitest'
import { jsonCopy, toWire } from '../src/wire'

test('functions and undefined are dropped from objects, null in lists', () => {
  expect(toWire({ a: 1, f: () => 1, u: undefined, l: [undefined, () => 1, 2] })).toEqual({
    a: 1,
    l: [null, null, 2],
  })
})

test('a cycle is cut where it closes', () => {
  const node: Record<string, unknown> = { name: 'n' }
  node['self'] = node
  node['list'] = [node]
  expect(toWire(node)).toEqual({ name: 'n', list: [null] })
})

test('the same object twice is no cycle', () => {
  const shared = { v: 1 }
  expect(toWire([shared, shared])).toEqual([{ v: 1 }, { v: 1 }])
})

test('what JSON cannot say becomes what is nearest', () => {
  expect(toWire([NaN, Infinity, 10n])).toEqual([null, null, '10'])
  expect(toWire({ m: new Map([['k', 1]]), s: new Set([1]) })).toEqual({ m: { k: 1 }, s: [1] })
  expect(toWire(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
  expect(toWire(new Error('e'))).toMatchObject({ message: 'e' })
})

test('undefined stays undefined at the top', () => {
  expect(toWire(undefined)).toBeUndefined()
})

test('a copy shares nothing with the original', () => {
  const original = { list: [1] }
  const copy = jsonCopy(original)
  original.list.push(2)
  expect(copy).toEqual({ list: [1] })
})
