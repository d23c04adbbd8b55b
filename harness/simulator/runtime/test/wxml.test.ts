import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { BUILTINS } from '../src/builtins'
import { AppError } from '../src/errors'
import { TemplateCompiler } from '../src/wxml/compiler'
import { inlineScripts, references, wxmlForCompiler } from '../src/wxml/dialect'
import { unmark } from '../src/wxml/escapes'
import { eventAttribute, eventType } from '../src/wxml/event-attributes'
import { lineOfUse } from '../src/wxml/handlers'
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

test('the type of an event may hold colons and dashes, and no position moves', () => {
  expect(given(`<view bind:update:show="a:b" bindupdate:x capture-bind:a-b:c="d" a:b="e" c="{{f}}"/>`)).toBe(
    '<view bind:update.show="a:b" bindupdate.x capture-bind:a-b.c="d" a:b="e" c="{{f}}"/>',
  )
  expect(eventType('update.show')).toBe('update:show')
  expect(['bindtap', 'capture-catch:a-b', 'mut-bind:c', 'bind', 'hidden'].map(eventAttribute)).toEqual([
    { type: 'tap', ends: false, mutual: false, captures: false },
    { type: 'a-b', ends: true, mutual: false, captures: true },
    { type: 'c', ends: false, mutual: true, captures: false },
    undefined,
    undefined,
  ])
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

test('inline scripts are found with their places', () => {
  expect(inlineScripts('<view/>\n<wxs module="m">\nvar a\n</wxs>')).toEqual([
    { body: '\nvar a\n', line: 2, column: 17 },
  ])
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

test('an attribute that is ignored is named, with its place', () => {
  const set = compile({ 'p/a.wxml': '<view>字</view>\r\n<view>字😀</view><view v-on:click="a" wx:key="b"/>' })
  expect(set.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
    '2:23 invalid attribute prefix: v-on:click',
    '2:38 invalid attribute: wx:key',
  ])
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
  const set = compile({ 'p/a.wxml': '<view/>\n<wxs module="m">\nlet a = 1</wxs><wxs module="n">let b</wxs>' })
  const message = 'WXS has no "let": WeChat\'s compiler refuses this script'
  expect(set.diagnostics).toEqual([
    { path: 'p/a.wxml', line: 3, column: 1, level: 'warning', message },
    { path: 'p/a.wxml', line: 3, column: 32, level: 'warning', message },
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

/** What is nested or strung together, n times. */
const REPEATED: Record<string, (n: number) => string> = {
  'tags are nested': (n) => `${'<view wx:if="{{a}}" wx:for="{{b}}">'.repeat(n)}a${'</view>'.repeat(n)}`,
  'tags without an end are nested': (n) => '<block>'.repeat(n),
  'an expression is nested': (n) => `<view a="{{${'(['.repeat(n)}1${'])'.repeat(n)}}}"/>`,
  'an expression is nested (objects)': (n) => `<view a="{{b: ${'{a:'.repeat(n)}1${'}'.repeat(n)}}}"/>`,
  'an expression is nested (conditions)': (n) => `<view>{{${'a ? 1 : '.repeat(n)}2}}</view>`,
  'have more than 500 operators': (n) => `<view>{{${'a+'.repeat(n)}a}}</view>`,
  'have more than 500 operators (!)': (n) => `<view>{{${'!'.repeat(n)}a}}</view>`,
  'have more than 500 operators (members)': (n) => `<view>{{a${'.a'.repeat(n)}}}</view>`,
  'have more than 500 operators (places)': (n) => `<view>${'a{{a}}'.repeat(n)}</view>`,
  'have more than 500 operators (attribute)': (n) => `<view style="${'a:{{a}};'.repeat(n)}"/>`,
  'have more than 2000 names and values': (n) => `<view a="{{[${'a,'.repeat(n)}1]}}"/>`,
}

/** As many as may be. */
const ALLOWED: Record<string, number> = {
  tags: 100,
  an: 99,
  'have more than 500': 498,
  'have more than 2000': 1998,
}

test.each(Object.entries(REPEATED))('more than may be is refused with its line: %s', (name, make) => {
  const most = Object.entries(ALLOWED).find(([start]) => name.startsWith(start))?.[1] ?? 0
  const said = name.replace(/ \(.*|tags without an end /, (found) => (found.startsWith('t') ? 'tags ' : ''))
  for (const n of [3 * most, 20_000]) {
    expect(() => compile({ 'p/a.wxml': `<a/>\n${make(n)}` })).toThrow(`p/a.wxml:2: `)
    expect(() => compile({ 'p/a.wxml': `<a/>\n${make(n)}` })).toThrow(said)
  }
  if (name.includes('without an end')) return
  const failures: unknown[] = []
  const groups = evaluateTemplates(compile({ 'p/a.wxml': make(most) }).generate(), (error) =>
    failures.push(error),
  )
  expect(groups['p/a']?.('')).toBeInstanceOf(Function)
})

test('what a package nests too deep is refused, too', () => {
  const path = 'miniprogram_npm/lib/a'
  const deep = REPEATED['tags are nested']?.(1000) ?? ''
  expect(() => compile({ [`${path}.wxml`]: deep }, path)).toThrow(`${path}.wxml:1: tags are nested`)
})

test('files that include others twice are bounded', () => {
  const files: Record<string, string> = { 'p/a.wxml': '<wxs module="m">1</wxs><include src="f0"/>' }
  for (let n = 0; n < 40; n++) files[`p/f${n}.wxml`] = `<include src="f${n + 1}"/>`.repeat(2)
  files['p/f40.wxml'] = '<view/>'
  expect(() => compile(files)).toThrow('p/a.wxml:1: more than 1000 files are included')
})

test('a template within itself is told of the file and as the fault of the app', () => {
  const set = compile({
    'p/a.wxml': '<import src="b"/>\n<template name="t"><template is="t"/></template>\n<template is="t"/>',
    'p/b.wxml': '<template name="u"/>',
  })
  const told: unknown[][] = []
  const groups = evaluateTemplates(set.generate(), (...all) => told.push(all))
  const draw = groups['p/a']?.('') as unknown as (...all: unknown[]) => { C: (...all: unknown[]) => void }
  const drawn = draw({ c: {}, m: {}, r: {} }, true, {}, undefined)
  const use = (name: string, content: (...all: unknown[]) => void): void => {
    expect(name).toBe('t')
    content(
      true,
      () => 0,
      () => 0,
      use,
    )
  }
  drawn.C(
    true,
    () => 0,
    () => 0,
    use,
  )
  expect(told.map(([, file, template]) => [file, template])).toEqual([['p/a.wxml', 't']])
  expect(told[0]?.[0]).toBeInstanceOf(AppError)
  expect(lineOfUse('<a/>\n<template is="t"/>', 't')).toBe(2)
})

test.each(['{{', '<a "', '<!--', '<wxs module="m">', '}}{{'])(
  'what does not end is read in good time: %s',
  (begin) => {
    const began = performance.now()
    expect(() => compile({ 'p/a.wxml': `<view>${begin.repeat(100_000)}` })).toThrow(/^p\/a\.wxml:1: /)
    expect(performance.now() - began).toBeLessThan(3000)
  },
)

test('classes inside built-in components are none that an app would choose', () => {
  const named = BUILTINS.flatMap(({ tag, template }) =>
    [...template.matchAll(/class="((?:\{\{.*?\}\}|[^"])*)"/g)].flatMap(([, list = '']) =>
      [list.replace(/\{\{.*?\}\}/g, ''), ...[...list.matchAll(/'([^']*)'/g)].map((found) => found[1] ?? '')]
        .flatMap((names) => names.split(/\s+/))
        .filter((name) => !/^(|wx-.*|sim-.*|horizontal|vertical)$/.test(name))
        .map((name) => `${tag} .${name}`),
    ),
  )
  expect(named).toEqual([])
})
