import { expect, test } from 'vitest'
import { decoded, formatQuery, parseQuery, splitUrl } from '../src/query-string'

test('names are decoded, values are as they were written', () => {
  expect(parseQuery('id=7&%E4%BD%A0=%E4%BD%A0&b=100%25&&p%=100%')).toEqual({
    id: '7',
    你: '%E4%BD%A0',
    b: '100%25',
    'p%': '100%',
  })
})

test('a name alone has the value that goes with the way the page is opened', () => {
  expect(parseQuery('flag&empty=')).toEqual({ flag: '', empty: '' })
  expect(parseQuery('flag&empty=', 'undefined')).toEqual({ flag: 'undefined', empty: '' })
})

test('what follows a second sign is lost', () => {
  expect(parseQuery('code=3==q&n=1')).toEqual({ code: '3', n: '1' })
  expect(splitUrl('/p/a?url=https://x/s?a=1')).toEqual({ path: '/p/a', query: { url: 'https://x/s' } })
})

test('objects travel as JSON', () => {
  expect(formatQuery({ o: { z: 1 }, n: 2 })).toBe('o=%7B%22z%22%3A1%7D&n=2')
})

test('a broken escape stays as it is where values are decoded', () => {
  expect(decoded({ q: 'a%20b', p: '100%' })).toEqual({ q: 'a b', p: '100%' })
})

test('a URL without a query', () => {
  expect(splitUrl('/p/a')).toEqual({ path: '/p/a', query: {} })
})
