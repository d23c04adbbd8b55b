import { expect, test } from 'vitest'
import { placesOfWarning } from '../src/wxml/warning-places'

const WXML = `<view class="max-count">
  <!-- <my-part max-count="{{n}}"/> -->
  <other-part maxCount="{{n}}"/>
  <text>字</text><my-part class="a" data-a='max-count="1"'
    max-count="{{n}}" />
  <my-part model:max-count="{{n}}"/>
</view>
<block wx:for="{{a}}" wx:key="id"><lost-part/></block>`

const places = (message: string, tag?: string): string[] =>
  placesOfWarning(WXML, message, tag).map(({ line, column }) => `${line}:${column}`)

test('a value that does not fit is where the attribute of that component is', () => {
  const words = 'property "maxCount" received type-incompatible value: expected <Number> but got NaN.'
  expect(places(words, 'my-part')).toEqual(['5:5', '6:12'])
  expect(places(words, 'other-part')).toEqual(['3:15'])
  expect(places('"maxCount" is not a valid property')).toEqual(['3:15', '5:5', '6:12'])
  expect(places('"minCount" is not a valid property')).toEqual([])
})

test('keys of a list are where they are named, a component that is not there where it is used', () => {
  expect(places('Some keys are not unique while list updates: "1".')).toEqual(['8:23'])
  expect(places('Cannot find component "lost-part", using default component.')).toEqual(['8:35'])
})

test('what a warning about another thing says is in no place', () => {
  expect(places('data field "my-part" from different behaviors is overriding or merging.')).toEqual([])
})
