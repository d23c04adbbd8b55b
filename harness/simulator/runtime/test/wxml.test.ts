import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { TemplateCompiler } from '../src/wxml/compiler'
import { inlineScripts, newlinesInText, references, wxsToJs } from '../src/wxml/dialect'
import { evaluateTemplates, TemplateSet } from '../src/wxml/templates'

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

test('a literal \\n is a line break in text and nowhere else', () => {
  const source = '<view a="\\n">x\\ny {{f("\\n")}}</view><!-- \\n --><wxs module="m">"\\n"</wxs>'
  expect(newlinesInText(source)).toBe(
    '<view a="\\n">x&#10;y {{f("\\n")}}</view><!-- \\n --><wxs module="m">"\\n"</wxs>',
  )
})

test('WXS: constructor is a type name, a backslash in a pattern stays', () => {
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

test('a script that throws while it loads is reported and takes nothing with it', () => {
  const set = compile({ 'p/a.wxml': '<wxs module="m">var x = a.b; module.exports = {}</wxs><view/>' })
  const failures: unknown[] = []
  const groups = evaluateTemplates(set.generate(), (error, path) => failures.push(path, error))
  groups['p/a']?.('')
  expect(failures[0]).toBe('p/a.wxml')
  expect(String(failures[1])).toContain('TypeError')
})
