import { expect, test } from 'vitest'
import { checkSheet } from '../src/wxss/check'
import { inlineRpx, rpxToPx } from '../src/wxss/rpx'
import { wxssToCss } from '../src/wxss/transform'

const css = (source: string, options: { prefix?: string; files?: Record<string, string> } = {}): string =>
  wxssToCss('p/a.wxss', { 'p/a.wxss': source, ...options.files }, { width: 375, prefix: options.prefix })
    .replace(/\s+/g, ' ')
    .trim()

test('rpx are rounded down and never vanish', () => {
  expect([100, 75, 1, -1, 0, -75].map((n) => rpxToPx(n, 375))).toEqual([50, 37, 1, -1, 0, -38])
})

test('lengths in values, shorthands and custom properties', () => {
  expect(css('.a{margin:10rpx -20rpx 1.5rpx;--x:30rpx}')).toBe('.a{margin:5px -10px 1px;--x:15px}')
  expect(inlineRpx('width:300rpx;height:10px', 375)).toBe('width:150px;height:10px')
})

test('tag names, page and pseudo classes', () => {
  expect(css('view.row > text, page{color:red}')).toBe('wx-view.row > wx-text, body{color:red}')
  expect(css('view:nth-child(odd)::after{top:0}')).toBe('wx-view:nth-child(odd)::after{top:0}')
  expect(css('.a:not(view):first-child{top:0}')).toBe('.a:not(wx-view):first-child{top:0}')
  expect(css('view[type=text]{top:0}')).toBe('wx-view[type=text]{top:0}')
  expect(css('view[ type = text ]{top:0}')).toBe('wx-view[ type = text ]{top:0}')
})

test('the nodes of a page are its children, though one of ours stands between', () => {
  const child = (selector: string): string => css(`${selector}{top:0}`).slice(0, -'{top:0}'.length)
  expect(child('page > view')).toBe('body >:where(wx-mp-page)> wx-view')
  expect(child('page>.a, page .b>view')).toBe('body>:where(wx-mp-page)>.a, body .b>wx-view')
  expect(child('page.dark:not(.a):hover > .b > .c')).toBe(
    'body.dark:not(.a):hover >:where(wx-mp-page)> .b > .c',
  )
  expect(child('page>view > .a')).toBe('body>:where(wx-mp-page)>wx-view > .a')
  expect(child('page:not(.a > .b) > .c')).toBe('body:not(.a > .b) >:where(wx-mp-page)> .c')
  expect(child('page[a]/* */> view, .a > view')).toBe('body[a]>:where(wx-mp-page)> wx-view, .a > wx-view')
  expect(child('.page > view, page view > .a')).toBe('.page > wx-view, body wx-view > .a')
})

test('an isolated component prefixes its classes and :host', () => {
  expect(css(':host{top:0}.a.b .c{top:0}', { prefix: 'cx' })).toBe(
    '[wx-host="cx"]{top:0}.cx--a.cx--b .cx--c{top:0}',
  )
})

test('rpx in a media query stay, rules inside are rewritten', () => {
  expect(css('@media (min-width:100rpx){view{top:10rpx}}')).toBe(
    '@media (min-width:100rpx){wx-view{top:5px}}',
  )
})

test('keyframes keep their selectors', () => {
  expect(css('@keyframes k{from{top:10rpx}50%{top:0}}')).toBe('@keyframes k{from{top:5px}50%{top:0}}')
})

test('imports are put in place once, with their own base for urls', () => {
  const files = { 'lib/b.wxss': '.b{background:url(./i.png)}', 'p/c.wxss': '@import "../lib/b";.c{top:0}' }
  expect(css('@import "../lib/b.wxss";@import "./c.wxss";.a{top:0}', { files })).toBe(
    '.b{background:url(/lib/i.png)}.c{top:0}.a{top:0}',
  )
})

test('urls are rebased, external ones are not', () => {
  expect(css('.a{background:url("../i.png")}')).toBe('.a{background:url("/i.png")}')
  expect(css('.a{background:url(data:x)}.b{background:url(https://x/y.png)}')).toBe(
    '.a{background:url(data:x)}.b{background:url(https://x/y.png)}',
  )
})

test('an import that does not exist is reported', () => {
  const missing: string[] = []
  const onMissing = (path: string, importer: string): void => void missing.push(`${importer} ${path}`)
  wxssToCss('p/a.wxss', { 'p/a.wxss': '@import "./no.wxss";' }, { width: 375, onMissing })
  expect(missing).toEqual(['p/a.wxss p/no.wxss'])
})

test('a sheet that is not closed ends without a fault', () => {
  expect(css('.a{top:0;.b{left:0')).toBe('.a{top:0;.b{left:0')
})

test.each(['a{', 'b:c(', ':not(', '[', '(', '@media screen{'])(
  'blocks and brackets are nested at most 100 deep, in packages too: %s',
  (open) => {
    const check = (path: string, source: string): string[] => checkSheet(path, { [path]: source }, new Set())
    expect(() => check('app.wxss', `a{}\n${open.repeat(20_000)}`)).toThrow(
      'app.wxss:2: blocks are nested more than',
    )
    const path = 'miniprogram_npm/lib/a.wxss'
    expect(() => check(path, open.repeat(101))).toThrow(`${path}:1: blocks are nested more than`)
    expect(() => check(path, open.repeat(100))).not.toThrow()
  },
)

test('what is wrong in the sheet of a package is not told, and neither is a sheet that it lacks', () => {
  const path = 'miniprogram_npm/lib/a.wxss'
  expect(() => checkSheet(path, { [path]: '@import "no"; a{} } b{' }, new Set())).not.toThrow()
})
