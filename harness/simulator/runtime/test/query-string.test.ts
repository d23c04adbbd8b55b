import { expect, test } from 'vitest'
import { formatQuery, parseQuery, splitUrl } from '../src/query-string'

test('values are decoded, a key alone is empty', () => {
  expect(parseQuery('id=7&q=%E4%BD%A0&flag&a=b=c')).toEqual({ id: '7', q: '你', flag: '', a: 'b=c' })
})

test('a broken escape stays as it is', () => {
  expect(parseQuery('p=100%')).toEqual({ p: '100%' })
})

test('objects travel as JSON', () => {
  expect(formatQuery({ o: { z: 1 }, n: 2 })).toBe('o=%7B%22z%22%3A1%7D&n=2')
})

test('a URL splits at the first question mark', () => {
  expect(splitUrl('/p/a?x=1?2')).toEqual({ path: '/p/a', query: { x: '1?2' } })
  expect(splitUrl('/p/a')).toEqual({ path: '/p/a', query: {} })
})
