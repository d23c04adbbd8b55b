import { expect, test } from 'vitest'
import { AppConfig } from '../src/config'
import { SourceError } from '../src/errors'
import { SourceErrors } from '../src/source-errors'

const FILES = {
  'app.json': JSON.stringify({
    pages: ['p/a', 'p/b'],
    usingComponents: { star: '/no/star', sun: '/no/sun' },
  }),
  'p/a.wxml': '<import src="t"/><card/><star/>',
  'p/a.json': '{"usingComponents": {"card": "/c/card"}}',
  'p/a.wxss': '@import "./s";',
  'p/t.wxml': '<include src="./u.wxml"/><wxs src="./w.wxs" module="w"/>',
  'p/u.wxml': '',
  'p/w.wxs': 'require("./x.wxs")',
  'p/x.wxs': '',
  'p/s.wxss': '@import url(deep.wxss);',
  'p/deep.wxss': '',
  'p/b.wxml': '',
  'c/card.wxml': '',
  'c/card.json': '{"component": true}',
}

test.each([
  ['p/a.wxml', true],
  ['p/a.js', true],
  ['p/t.wxml', true],
  ['p/u.wxml', true],
  ['p/w.wxs', true],
  ['p/x.wxs', true],
  ['p/s.wxss', true],
  ['p/deep.wxss', true],
  ['c/card.ts', true],
  ['c/card.json', true],
  ['app.wxss', true],
  ['p/b.js', false],
  ['app.json', false],
])('a page says what is wrong with the files that it is made of: %s', (file, says) => {
  const told: unknown[] = []
  const errors = new SourceErrors(FILES, { push: (each) => void told.push(each) })
  const components = new AppConfig(FILES, () => undefined).closure()
  errors.note(new SourceError(file, 3, 'wrong', 'mend it'))
  errors.note(new SourceError(file, 3, 'wrong', 'mend it'))
  expect(errors.of('p/a', components).map(({ message }) => message)).toEqual(
    says ? [`${file}:3: wrong, mend it`] : [],
  )
  expect(errors.of('p/b', components)).toHaveLength(file === 'p/b.js' || file === 'app.wxss' ? 1 : 0)
  expect(told).toEqual([{ path: file, line: 3, level: 'warning', message: 'wrong, mend it' }])
})

test('a component of app.json that does not exist is said by the pages that use it', () => {
  const errors = new SourceErrors(FILES, { push: () => undefined })
  const components = new AppConfig(FILES, errors.note).closure()
  expect(errors.of('p/a', components).map(({ message }) => message)).toEqual([
    expect.stringContaining('component "star" refers to "/no/star", which does not exist'),
  ])
  expect(errors.of('p/b', components)).toEqual([])
})
