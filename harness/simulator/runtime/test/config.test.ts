import { expect, test } from 'vitest'
import { AppConfig } from '../src/config'

const page = (path: string, json = '{}'): Record<string, string> => ({
  [`${path}.wxml`]: '<view/>',
  [`${path}.js`]: 'Page({})',
  [`${path}.json`]: json,
})
const app = (settings: object): Record<string, string> => ({ 'app.json': JSON.stringify(settings, null, 1) })

test('pages of subpackages follow those of the main package', () => {
  const config = new AppConfig({
    ...app({ pages: ['p/a'], subPackages: [{ root: 'sub/', pages: ['s/s'] }] }),
    ...page('p/a'),
    ...page('sub/s/s'),
  })
  expect(config.pages).toEqual(['p/a', 'sub/s/s'])
  expect(config.entryPage).toBe('p/a')
})

test('a project without app.json is refused', () => {
  expect(() => new AppConfig({})).toThrow('app.json:1: the file is missing')
})

test('components are found by relative, absolute and npm path, also as a folder with index', () => {
  const component = {
    'c/x.wxml': '',
    'c/x.json': '{"component": true}',
    'c/y/index.json': '{}',
    'miniprogram_npm/lib/z/index.wxml': '',
    'miniprogram_npm/lib/z/index.json': '{"component": true}',
  }
  const json = JSON.stringify({ usingComponents: { x: '../c/x', y: '/c/y', z: 'lib/z' } })
  const config = new AppConfig({ ...app({ pages: ['p/a'] }), ...page('p/a', json), ...component })
  expect(config.closure().get('p/a')?.using).toEqual({
    x: 'c/x',
    y: 'c/y/index',
    z: 'miniprogram_npm/lib/z/index',
  })
})

test('a component that is missing is refused at the line that names it', () => {
  const files = { ...app({ pages: ['p/a'] }), ...page('p/a', '{\n"usingComponents":{\n"x":"/c/x"}}') }
  expect(() => new AppConfig(files).closure()).toThrow(
    'p/a.json:3: component "x" refers to "/c/x", which does not exist, correct the path or create',
  )
})

test('a library with a missing component only warns', () => {
  const files = {
    ...app({ pages: ['p/a'] }),
    ...page('p/a', '{"usingComponents": {"x": "lib/x"}}'),
    'miniprogram_npm/lib/x.wxml': '',
    'miniprogram_npm/lib/x.json': '{"component": true, "usingComponents": {"gone": "./gone"}}',
  }
  const config = new AppConfig(files)
  expect([...config.closure().keys()]).toEqual(['p/a', 'miniprogram_npm/lib/x'])
  expect(config.diagnostics).toMatchObject([{ level: 'warning', path: 'miniprogram_npm/lib/x.json' }])
})

test('a file that is no component is refused, in the app', () => {
  const files = {
    ...app({ pages: ['p/a'] }),
    ...page('p/a', '{"usingComponents": {"x": "/c/x"}}'),
    'c/x.wxml': '',
    'c/x.json': '{}',
  }
  expect(() => new AppConfig(files).closure()).toThrow(
    'p/a.json:1: component "x" is no component: c/x.json does not say so, put "component": true into',
  )
})

test('a typing mistake in a path is told with what exists', () => {
  const files = {
    ...app({ pages: ['p/a'] }),
    ...page('p/a', '{"usingComponents": {"x": "/components/cards"}}'),
    'components/card.wxml': '',
    'components/card.json': '{"component": true}',
  }
  expect(() => new AppConfig(files).closure()).toThrow('did you mean "/components/card"?')
})

test('a component of app.json is there on every page, a component may use itself', () => {
  const files = {
    ...app({ pages: ['p/a'], usingComponents: { card: '/c/card' } }),
    ...page('p/a'),
    'c/card.wxml': '',
    'c/card.json': '{"component": true, "usingComponents": {"tree": "./card"}}',
  }
  const closure = new AppConfig(files).closure()
  expect(closure.get('p/a')?.using).toEqual({ card: 'c/card' })
  expect(closure.get('c/card')?.using).toEqual({ tree: 'c/card' })
})

test('the window settings of a page win over those of the app', () => {
  const files = {
    ...app({ pages: ['p/a'], window: { navigationBarTitleText: 'App', navigationStyle: 'custom' } }),
    ...page('p/a', '{"navigationBarTitleText": "Page"}'),
  }
  expect(new AppConfig(files).windowOf('p/a')).toMatchObject({
    navigationBarTitleText: 'Page',
    navigationStyle: 'custom',
  })
})
