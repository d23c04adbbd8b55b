import { expect, test } from 'vitest'
import { createEventChannel } from '../src/app/event-channel'
import { pagesToClose, refusal, routeTarget } from '../src/app/stack-rules'

const facts = (depth = 1) => ({
  isPage: (route: string) => ['p/a', 'p/b', 't/t'].includes(route),
  isTab: (route: string) => route === 't/t',
  depth,
})

test('a URL is seen from the page on top', () => {
  expect(routeTarget('../q/b?x=%31', 'p/a')).toMatchObject({ route: 'q/b', query: { x: '%31' } })
  expect(routeTarget('/p/b?flag', 'p/a').query).toEqual({ flag: 'undefined' })
  expect(routeTarget('/p/b?flag', '', '').query).toEqual({ flag: '' })
  expect(routeTarget('/p/b.html', 'p/a')).toMatchObject({ route: 'p/b', query: {} })
  expect(routeTarget('?x=1', 'p/a')).toMatchObject({ route: 'p/a', query: { x: '1' } })
})

test('refusals have the words of WeChat', () => {
  const to = (route: string) => ({ route, query: {} })
  expect(refusal('navigateTo', to('p/x'), facts())).toBe('page "p/x" is not found')
  const target = routeTarget('/p/x?a=1', 'p/a')
  expect(refusal('navigateTo', target, facts())).toBe('page "p/x?a=1" is not found')
  expect(refusal('navigateTo', to('t/t'), facts())).toBe('can not navigateTo a tabbar page')
  expect(refusal('redirectTo', to('t/t'), facts())).toBe('can not redirectTo a tabbar page')
  expect(refusal('switchTab', to('p/a'), facts())).toBe('can not switch to no-tabBar page')
  expect(refusal('navigateTo', to('p/b'), facts(10))).toBe('webview count limit exceed')
})

test('what is allowed is not refused', () => {
  const to = (route: string) => ({ route, query: {} })
  expect(refusal('navigateTo', to('p/b'), facts(9))).toBeUndefined()
  expect(refusal('redirectTo', to('p/b'), facts(10))).toBeUndefined()
  expect(refusal('reLaunch', to('t/t'), facts())).toBeUndefined()
  expect(refusal('switchTab', to('t/t'), facts())).toBeUndefined()
})

test('going back never takes the last page', () => {
  expect(pagesToClose(undefined, 3)).toBe(1)
  expect(pagesToClose(20, 3)).toBe(2)
  expect(pagesToClose(0, 3)).toBe(1)
  expect(pagesToClose(1, 1)).toBe(0)
})

test('the event channel keeps what is emitted before somebody listens', () => {
  const { opener, opened } = createEventChannel({})
  const got: unknown[] = []
  opener.emit('hi', 1, 2)
  opened.on('hi', (...args) => got.push(args))
  opener.emit('hi', 3)
  expect(got).toEqual([[1, 2], [3]])
})

test('listeners given to navigateTo hear the opened page; once and off', () => {
  const got: unknown[] = []
  const { opened, opener } = createEventChannel({ back: (value) => got.push(value) })
  opened.emit('back', 1)
  opener.off('back')
  opener.once('back', (value) => got.push(value))
  opened.emit('back', 2)
  opened.emit('back', 3)
  expect(got).toEqual([1, 2])
})
