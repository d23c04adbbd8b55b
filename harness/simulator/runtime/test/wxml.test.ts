import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { TemplateCompiler } from '../src/wxml/compiler'
import { inlineScripts, references, wxmlForCompiler } from '../src/wxml/dialect'
import { unmark } from '../src/wxml/escapes'
import { withIncludes } from '../src/wxml/includes'
import { pieces } from '../src/wxml/markup'
import { refusedInWxs, wxsToJs } from '../src/wxml/wxs'
import { evaluateTemplates, PATCHED, TemplateSet } from '../src/wxml/templates'

let compiler: TemplateCompiler

beforeAll(async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('glass-easel-template-compiler'))
  compiler = await TemplateCompiler.load(readFileSync(join(folder, 'glass_easel_template_compiler_bg.wasm')))
})

function compile(files: Record<string, string>, path = 'p/a'): TemplateSet {
  const set = new TemplateSet(files, compiler)
  set.add(path)
  return set
}

/** What the compiler is given, with the stand-ins made visible. */
function given(wxml: string): string {
  return wxmlForCompiler('p/a', wxml)
    .replaceAll('\uFDD0', '[&]')
    .replaceAll('\uFDD1', '[esc]')
    .replaceAll('\uFDD2', '[drop]')
}

test('escapes and entities are marked in text and attributes, and nowhere else', () => {
  expect(given('<view a="\\n\\"&lt;">x\\ny &lt; {{f("\\n&")}}</view><!-- \\n& -->')).toBe(
    '<view a="[esc]n[esc]Q[&]lt;">x[esc]ny [&]lt; {{f("\\n&")}}</view><!-- \\n& -->',
  )
})

test('what is marked comes out of generated code as it is meant', () => {
  const code = ['0}lt;', '1}n', '1}Q', '1}B', '2}q'].map((tail) => `\\u{fdd${tail}`).join(' ')
  expect(unmark(code)).toBe('&lt; \\n \\x22 \\\\ q')
})

test('of two attributes with one name the last counts, and no position moves', () => {
  expect(given('<view a="1" b="2" a="3"/>')).toBe('<view       b="2" a="3"/>')
  expect(given('<view wx:for-items="{{l}}"/>')).toBe('<view wx:for      ="{{l}}"/>')
})

test('a template is cut into pieces: strings and mustaches may hold what else would end them', () => {
  const source = '<view a="x>y">{{ "}}" }}</view><wxs src="m" module="m"/><b/><wxs module="n">a < b</wxs>'
  expect(pieces(source).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'tag <view a="x>y">',
    'mustache {{ "}}" }}',
    'tag </view>',
    'tag <wxs src="m" module="m"/>',
    'tag <b/>',
    'script <wxs module="n">a < b</wxs>',
  ])
})

test('an include within a loop or beside scripts is put in place, any other is not', () => {
  const read = (files: Record<string, string>) => (path: string) => files[path]
  const part = '<template name="t"/><wxs module="m">1</wxs><view>{{item}}</view>'
  expect(withIncludes('p/a', read({ 'p/a': '<include src="b"/>', 'p/b': '<view/>' }))).toBeUndefined()
  expect(
    withIncludes('p/a', read({ 'p/a': '<view wx:for="{{l}}"><include src="b"/></view>', 'p/b': part })),
  ).toBe('<view wx:for="{{l}}"><import src="/p/b"/><block ><view>{{item}}</view></block></view>')
  expect(withIncludes('p/a', read({ 'p/a': '<include src="a"/><wxs module="m">1</wxs>' }))).toBeUndefined()
})

test('what WXS does not have is found with its place', () => {
  expect(refusedInWxs('var a = {new: 1}\n// let\nlet b = (x) => "const"\nfor (var k in a) {}')).toEqual([
    { what: 'let', line: 3, column: 1 },
    { what: '=>', line: 3, column: 13 },
    { what: 'for … in', line: 4, column: 1 },
  ])
})

test('WXS: constructor is a type name, a backslash in a string stays', () => {
  const code = wxsToJs('m.wxs', "module.exports = [x.constructor === 'Array', getRegExp('\\d+', 'g')]")
  expect(code).toContain("x[$wxsConstructor] === 'Array'")
  expect(code).toContain("getRegExp('\\\\d+', 'g')")
})

test('references are found with their lines', () => {
  expect(references('template', '<view/>\n<import src="./t.wxml"/>\n<include src="u"/>')).toEqual([
    { target: './t.wxml', line: 2 },
    { target: 'u', line: 3 },
  ])
})

test('inline scripts are found with their lines', () => {
  expect(inlineScripts('<view/>\n<wxs module="m">\nvar a\n</wxs>')).toEqual([{ body: '\nvar a\n', line: 2 }])
})

test('what is wrong in a template is told with file and line', () => {
  expect(() => compile({ 'p/a.wxml': '<view>\n<text>{{a b}}</text>\n</view>' })).toThrow(/^p\/a\.wxml:2: /)
  expect(() => compile({ 'p/a.wxml': '<view>\n<text>\n</view>' })).toThrow(/^p\/a\.wxml:2: missing end tag/)
  expect(() => compile({ 'p/a.wxml': '\n<import src="./t.wxml"/>' })).toThrow(
    'p/a.wxml:2: "./t.wxml" does not exist, correct the src or create the file',
  )
  expect(() => compile({ 'p/a.wxml': '<view/>\n<view wx:else/>' })).toThrow(
    'p/a.wxml:2: wx:else without a wx:if right before it (column 7), correct the template',
  )
  expect(() => compile({ 'p/a.wxml': '<wxs module="m">var x = ;</wxs>' })).toThrow(
    /^p\/a\.wxml:1: .*Unexpected token/,
  )
  expect(() => compile({ 'p/a.wxml': '<wxs module="m" src="./m.wxs"/>', 'p/m.wxs': 'var = 1' })).toThrow(
    /^p\/m\.wxs:1: /,
  )
})

test('the same mistakes in a library are noted only', () => {
  const path = 'miniprogram_npm/lib/a'
  const set = compile({ [`${path}.wxml`]: '<view><text></view><import src="./no"/>' }, path)
  expect(set.diagnostics.map(({ message }) => message)).toContain('"./no" does not exist')
  expect(set.diagnostics.map(({ message }) => message)).toContain('missing end tag')
})

test('generated templates load; imports and scripts come along', () => {
  const set = compile({
    'p/a.wxml': '<import src="t.wxml"/><wxs module="m" src="../u/m.wxs"/><view>{{m.f(x)}}</view>',
    'p/t.wxml': '<template name="t"><view/></template>',
    'u/m.wxs': 'var n = require("./n.wxs"); module.exports = { f: n.f }',
    'u/n.wxs': 'module.exports = { f: function (x) { return x } }',
  })
  const failures: unknown[] = []
  const groups = evaluateTemplates(set.generate(), (error) => failures.push(error))
  expect(Object.keys(groups).sort()).toEqual(['p/a', 'p/t'])
  expect(failures).toEqual([])
})

test('the compiler writes what is patched in its output', () => {
  const code = compile({ 'p/a.wxml': '<template is="t"/>' }).generate()
  for (const part of PATCHED) expect(code).toContain(part)
})

test('script of another language is warned of, with line and column', () => {
  const set = compile({ 'p/a.wxml': '<view/>\n<wxs module="m">\nlet a = 1</wxs>' })
  expect(set.diagnostics).toEqual([
    {
      path: 'p/a.wxml',
      line: 3,
      column: 1,
      level: 'warning',
      message: 'WXS has no "let": WeChat\'s compiler refuses this script',
    },
  ])
})

test('a script that throws while it loads is reported and takes nothing with it', () => {
  const set = compile({ 'p/a.wxml': '<wxs module="m">var x = a.b; module.exports = {}</wxs><view/>' })
  const failures: unknown[] = []
  const groups = evaluateTemplates(set.generate(), (error, path) => failures.push(path, error))
  groups['p/a']?.('')
  expect(failures[0]).toBe('p/a.wxml')
  expect(String(failures[1])).toContain('TypeError')
})
