import { expect, test } from 'vitest'
import { lineOfHandler } from '../src/wxml/handlers'

const WXML = `<view class="save" data-way="go">
<view catch:touch-end='save'/>
<view mut-bind:tap="go"
 capture-bind:tap = "all$" bindtap="{{name}}" />`

test('the line of the binding, not of another attribute with the same text', () => {
  expect(['save', 'go', 'all$'].map((method) => lineOfHandler(WXML, method))).toEqual([2, 3, 4])
})

test('a method whose name is made at run time is on no line of its own', () => {
  expect(lineOfHandler(WXML, 'made')).toBe(1)
})
