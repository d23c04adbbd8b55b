// The wheels of a picker: bounds of dates and times, regions by name, custom items.

import { describe, expect, it } from 'vitest'
import { columnsOf, type Columns } from '../src/ui/picker-columns'
import type { Dict } from '../src/types'

function wheels(options: Dict): Columns {
  const columns = columnsOf(options)
  if (!columns) throw new Error('no wheels')
  return columns
}

describe('date', () => {
  it('keeps to start and end, and to the days of the month', () => {
    const columns = wheels({ mode: 'date', value: '2024-02-29', start: '2023-11-15', end: '2025-03-10' })
    expect(columns.labels()[0]).toEqual(['2023年', '2024年', '2025年'])
    expect(columns.labels()[2]).toHaveLength(29)
    expect(columns.turn(0, 2)).toBe(true)
    expect(columns.value()).toEqual({ value: '2025-02-28' })
    expect(columns.labels()[1]).toEqual(['1月', '2月', '3月'])
    columns.turn(0, 0)
    expect(columns.value()).toEqual({ value: '2023-11-28' })
    expect(columns.labels()[2]?.[0]).toBe('15日')
  })

  it('has as many wheels as fields say', () => {
    expect(wheels({ mode: 'date', value: '2024-05', fields: 'month' }).value()).toEqual({ value: '2024-05' })
    expect(wheels({ mode: 'date', value: '2024', fields: 'year' }).labels()).toHaveLength(1)
  })
})

describe('time', () => {
  it('brings a value outside the bounds to the nearest one', () => {
    const columns = wheels({ mode: 'time', value: '23:50', start: '09:30', end: '21:15' })
    expect(columns.value()).toEqual({ value: '21:15' })
    columns.turn(0, 0)
    expect(columns.value()).toEqual({ value: '09:30' })
    expect(columns.labels()[1]?.[0]).toBe('30分')
  })
})

describe('region', () => {
  it('finds names and shows what lies inside', () => {
    const columns = wheels({ mode: 'region', value: ['浙江省', '杭州市', '西湖区'], customItem: '全部' })
    expect(columns.value()['value']).toEqual(['浙江省', '杭州市', '西湖区'])
    columns.turn(0, 0)
    expect(columns.labels()[1]).toEqual(['全部'])
    expect(columns.value()).toEqual({ value: ['全部', '全部', '全部'], code: ['', '', ''], postcode: '' })
  })

  it('has every province', () => {
    expect(wheels({ mode: 'region', value: [] }).labels()[0]).toHaveLength(34)
  })
})

describe('selector', () => {
  it('reads labels by range-key and keeps an index inside the range', () => {
    const columns = wheels({
      mode: 'selector',
      range: [{ name: '甲' }, { name: '乙' }],
      rangeKey: 'name',
      value: 9,
    })
    expect(columns.labels()).toEqual([['甲', '乙']])
    expect(columns.value()).toEqual({ value: 1 })
  })
})
