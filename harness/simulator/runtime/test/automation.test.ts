import { expect, test } from 'vitest'
import { answersAtOnce } from '../src/automation/mocks'
import { attributesIn, splitDeep, splitList, toDomSelector } from '../src/automation/selector'
import { pathKeys, valueAt } from '../src/automation/values'
import { anchorPaths } from '../src/automation/xpath'

test('tags and classes take the names they have in the DOM', () => {
  expect(toDomSelector('view.li > text:nth-child(2)', [])).toBe('wx-view.li > wx-text:nth-child(2)')
  expect(toDomSelector('.a .b', ['c1'])).toBe(':is(.a,.c1--a) :is(.b,.c1--b)')
  expect(toDomSelector('view[data-x="a.b view"]', ['c1'])).toBe('wx-view[mp-is-data-x="a.b view"]')
  expect(toDomSelector('button:not([ aria-label = "a[b" ])', [])).toBe(
    'wx-button:not([mp-is-aria-label = "a[b" ])',
  )
  expect(toDomSelector('#id', ['c1'])).toBe('#id')
})

test('a selector says which attributes it asks for', () => {
  expect(attributesIn('view[data-x="[y]"]:not([hidden]) text[data-x]')).toEqual(['data-x', 'hidden'])
  expect(attributesIn('view.a > #b')).toEqual([])
})

test('lists and deep combinators split outside brackets and quotes', () => {
  expect(splitList('a, b:not(c, d), [x="1,2"]')).toEqual(['a', 'b:not(c, d)', '[x="1,2"]'])
  expect(splitList('[x="],"], b')).toEqual(['[x="],"]', 'b'])
  expect(splitDeep('.a >>> .b>>>c > d')).toEqual(['.a', '.b', 'c > d'])
})

test('absolute paths start at the page, wherever they stand', () => {
  expect(anchorPaths('/view[1]/text')).toBe('/page/view[1]/text')
  expect(anchorPaths('/*')).toBe('/page/*')
  expect(anchorPaths('//view[@id="/x"]')).toBe('//view[@id="/x"]')
  expect(anchorPaths('/view | /text')).toBe('/page/view | /page/text')
  expect(anchorPaths('//a[count(/view) > 1]')).toBe('//a[count(/page/view) > 1]')
  expect(anchorPaths('/page/view')).toBe('/page/view')
})

test('values by path', () => {
  expect(pathKeys('a.b[0].c')).toEqual(['a', 'b', '0', 'c'])
  expect(valueAt({ a: { b: [{ c: 1 }] } }, 'a.b[0].c')).toBe(1)
  expect(valueAt({ a: null }, 'a.b.c')).toBeUndefined()
})

test('which APIs answer at once', () => {
  const names = [
    'getStorageSync',
    'createAnimation',
    'onError',
    'getWindowInfo',
    'getUpdateManager',
    'reportEvent',
  ]
  expect(names.filter(answersAtOnce)).toEqual(names)
  const later = ['getStorageInfo', 'login', 'navigateTo', 'request', 'createBLEConnection']
  expect(later.filter(answersAtOnce)).toEqual([])
})
