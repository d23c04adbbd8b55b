import { expect, test } from 'vitest'
import { placeOfHandler } from '../src/wxml/handlers'

const WXML = `<view class="save" data-way="go">
<view catch:touch-end='save'/>
<view mut-bind:tap="go"
 capture-bind:tap = "all$" bindtap="{{name}}" />`

test('the place of the binding, not of another attribute with the same text', () => {
  expect(['save', 'go', 'all$'].map((method) => placeOfHandler(WXML, method))).toEqual([
    { line: 2, column: 7 },
    { line: 3, column: 7 },
    { line: 4, column: 2 },
  ])
})

test('a method whose name is made at run time has no place of its own', () => {
  expect(placeOfHandler(WXML, 'made')).toBeUndefined()
})
