import { expect, test } from 'vitest'
import { SourceError } from '../src/errors'
import { ModuleLoader } from '../src/modules'
import { splitExports, toCommonJs } from '../src/transform'
import { listening } from './listening'

const load = (files: Record<string, string>, environment: Record<string, unknown> = {}): ModuleLoader =>
  new ModuleLoader(files, environment, listening())

test('CommonJS modules run once and share their exports', () => {
  const modules = load({
    'a.js': 'exports.b = require("./b"); exports.again = require("./b.js")',
    'b.js': 'exports.n = (globalThis.__runs = (globalThis.__runs || 0) + 1)',
  })
  expect(modules.run('a.js')).toEqual({ b: { n: 1 }, again: { n: 1 } })
})

test('ES modules and TypeScript become CommonJS, modern syntax stays', () => {
  const modules = load({
    'a.ts':
      'import x, { y } from "./b"\nconst n: number = x + y\n' +
      'export default class C { #s = n; get s() { return this.#s } }',
    'b.js': 'export default 1\nexport const y = 2',
  })
  const { default: Made } = modules.run('a.ts') as { default: new () => { s: number } }
  expect(new Made().s).toBe(3)
})

test('a file without import or export is not rewritten', () => {
  const source = 'const name = "important"\nmodule.exports = { name }'
  expect(toCommonJs('a.js', source)).toBe(source)
})

test('browser globals are absent, and their names are free for the app', () => {
  const modules = load({
    'a.js':
      'const name = 1; const top = 2;' +
      'module.exports = [typeof window, typeof document, typeof fetch, name, top]',
  })
  expect(modules.run('a.js')).toEqual(['undefined', 'undefined', 'undefined', 1, 2])
})

test('the environment is visible as global names', () => {
  expect(load({ 'a.js': 'module.exports = wx.v' }, { wx: { v: 5 } }).run('a.js')).toBe(5)
})

test('lines of the stack are lines of the file', () => {
  const modules = load({ 'p/a.js': '// one\nfunction fail() {\n  throw new Error("x")\n}\nfail()' })
  let stack = ''
  try {
    modules.run('p/a.js')
  } catch (error) {
    stack = (error as Error).stack ?? ''
  }
  expect(stack).toContain('p/a.js:3:9')
  expect(stack).toContain('p/a.js:5:1')
})

test('packages are found in miniprogram_npm, upwards', () => {
  const modules = load({
    'p/q/a.js': 'module.exports = [require("lib"), require("lib/deep")]',
    'p/miniprogram_npm/lib/index.js': 'module.exports = "near"',
    'miniprogram_npm/lib/index.js': 'module.exports = "far"',
    'miniprogram_npm/lib/deep.js': 'module.exports = "deep"',
  })
  expect(modules.run('p/q/a.js')).toEqual(['near', 'deep'])
})

test('a missing module says who asked for it', () => {
  expect(() => load({ 'p/a.js': 'require("./no")' }).run('p/a.js')).toThrow(
    "module 'p/no.js' is not defined, require args is './no'",
  )
})

test('a module that throws may be tried again', () => {
  const state = { fail: true }
  const modules = load({ 'a.js': 'if (state.fail) throw new Error("no"); exports.ok = true' }, { state })
  expect(() => modules.run('a.js')).toThrow('no')
  state.fail = false
  expect(modules.run('a.js')).toEqual({ ok: true })
})

test('code that does not parse is a fault of the source tree', () => {
  expect(() => load({ 'a.js': 'let a = ;' }).run('a.js')).toThrow(SourceError)
  expect(() => load({ 'a.js': 'import x from "y"\n\nlet a = ;' }).run('a.js')).toThrow(/^a\.js:3: /)
})

test('functions from the driver: arrows, async, comments, trailing semicolons', async () => {
  const modules = load({}, { global: { v: 2 } })
  expect(modules.evaluateFunction('\n// c\nfunction f(a) { return a + global.v };\n')(1)).toBe(3)
  expect(modules.evaluateFunction('(a, b) => a * b')(2, 3)).toBe(6)
  expect(await modules.evaluateFunction('async () => typeof nobody_knows')()).toBe('undefined')
  expect(() => modules.evaluateFunction('42')).toThrow('not a function')
})

test('a JSON file can be required', () => {
  expect(load({ 'a.js': 'module.exports = require("./d.json").k', 'd.json': '{"k":1}' }).run('a.js')).toBe(1)
})

test('a missing module is told with the nearest there is, a package with how to get it', () => {
  const files = {
    'p/a.js': 'require("../utils/fromat")',
    'utils/format.js': '',
    'p/b.js': 'require("lodash")',
  }
  expect(() => load(files).run('p/a.js')).toThrow("did you mean '/utils/format'?")
  expect(() => load(files).run('p/b.js')).toThrow('list it in package.json and run npm install')
})

test('a circular require sees what there is so far', () => {
  const files = {
    'a.js': 'exports.early = 1; exports.b = require("./b"); exports.late = 2',
    'b.js': 'exports.seen = Object.keys(require("./a"))',
  }
  expect(load(files).run('a.js')).toEqual({ early: 1, b: { seen: ['early'] }, late: 2 })
})

test('an import of a name that is not exported is told at its line', () => {
  const told: string[] = []
  const files = {
    'a.js': 'import x, { sum as m,\n sub } from "./math"\nexport default m',
    'math.js': 'export const add = 1, sub = 2\nexport default 3',
    'typed.ts': 'import { Shape } from "./math"\nexport const s: Shape = 1',
  }
  const loader = new ModuleLoader(
    files,
    {},
    { onWarning: (path, line, text) => told.push(`${path}:${line}: ${text}`) },
  )
  loader.run('a.js')
  loader.run('typed.ts')
  expect(told).toEqual([
    'a.js:1: "./math" exports no "sum", correct the name or export it; did you mean "sub"?',
  ])
})

test('require with callbacks and require.async answer later', async () => {
  const said: unknown[] = []
  const files = {
    'a.js': `require('./b', (b) => say(b), (e) => say(e))
      require('./no', (b) => say(b), ({ mod }) => say(mod))
      exports.done = require.async('./b').then(say)`,
    'b.js': 'module.exports = 7',
  }
  const { done } = load(files, { say: (value: unknown) => said.push(value) }).run('a.js') as {
    done: Promise<void>
  }
  expect(said).toEqual([])
  await done
  await Promise.resolve()
  expect(said).toEqual([7, 7, './no'])
})

test('aliases of app.json stand for folders', () => {
  const files = { 'p/deep/a.js': 'module.exports = require("@lib/x")', 'lib/x.js': 'module.exports = 5' }
  expect(new ModuleLoader(files, {}, {}, { '@lib/*': 'lib/*' }).run('p/deep/a.js')).toBe(5)
})

test('every declarator of an export is exported', () => {
  const cases = {
    'export const a = 1, b = [2, 3], c = f(4, 5)': 3,
    'export let a, b': 2,
    'export const a = x ? /,/ : 1, b = `,${g(1, 2)}`, c = "," // , d': 3,
    'export const { a, b } = o': 1,
    'export const a = 1\nlet b, c': 1,
    'export const a = (1, 2)\nexport var b = 3, c': 3,
  }
  for (const [source, count] of Object.entries(cases)) {
    expect(splitExports(source).match(/export (const|let|var)/g)?.length, source).toBe(count)
  }
  const exports = load({ 'a.js': 'export const a = 1,\n b = 2' }).run('a.js')
  expect(exports).toMatchObject({ a: 1, b: 2 })
})
