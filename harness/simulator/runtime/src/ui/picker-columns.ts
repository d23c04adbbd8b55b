// What stands on the wheels of a picker of each mode, and the value they mean.

import type { Dict } from '../types'
import { REGIONS, type Region } from './regions'

/** Wheels, what is chosen on them, and what a choice means. */
export interface Columns {
  labels(): string[][]
  readonly chosen: number[]
  /** A wheel came to rest; true when other wheels show something else now. */
  turn(column: number, index: number): boolean
  value(): Dict
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const two = (value: number): string => String(value).padStart(2, '0')
const within = (index: number, count: number): number => Math.max(0, Math.min(count - 1, index))

/** The text of an option: the item itself, or its field named by `range-key`. */
function optionLabel(item: unknown, rangeKey: unknown): string {
  if (typeof item === 'object' && item !== null && typeof rangeKey === 'string') {
    return String((item as Dict)[rangeKey] ?? '')
  }
  return String(item)
}

function listColumns(ranges: unknown[][], chosen: number[], rangeKey: unknown, single: boolean): Columns {
  const indexes = ranges.map((range, column) => within(Number(chosen[column] ?? 0) || 0, range.length))
  return {
    labels: () => ranges.map((range) => range.map((item) => optionLabel(item, rangeKey))),
    chosen: indexes,
    turn: (column, index) => {
      indexes[column] = index
      return false
    },
    value: () => ({ value: single ? indexes[0] : [...indexes] }),
  }
}

function timeColumns({ value, start, end }: Dict): Columns {
  const minutes = (text: unknown, otherwise: number): number => {
    const [hour = NaN, minute = NaN] = String(text ?? '')
      .split(':')
      .map(Number)
    return Number.isNaN(hour + minute) ? otherwise : hour * 60 + minute
  }
  const first = minutes(start, 0)
  const last = Math.max(first, minutes(end, 24 * 60 - 1))
  const now = new Date()
  const wished = minutes(value, now.getHours() * 60 + now.getMinutes())
  const at = Math.max(first, Math.min(last, wished))
  const hours = range(Math.floor(first / 60), Math.floor(last / 60))
  let minute = at % 60
  const chosen = [hours.indexOf(Math.floor(at / 60)), 0]
  const hour = (): number => hours[chosen[0] ?? 0] ?? 0
  const minuteRange = (): number[] =>
    range(Math.max(0, first - hour() * 60), Math.min(59, last - hour() * 60))
  const settle = (): void => {
    const possible = minuteRange()
    minute = Math.max(possible[0] ?? 0, Math.min(possible.at(-1) ?? 59, minute))
    chosen[1] = possible.indexOf(minute)
  }
  settle()
  return {
    labels: () => [hours.map((each) => `${two(each)}时`), minuteRange().map((each) => `${two(each)}分`)],
    chosen,
    turn: (column, index) => {
      chosen[column] = index
      if (column === 1) minute = minuteRange()[index] ?? 0
      settle()
      return column === 0
    },
    value: () => ({ value: `${two(hour())}:${two(minute)}` }),
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(1, to - from + 1) }, (_, index) => from + index)
}

// Not documented.
const YEARS_AROUND = 100

function dateColumns({ value, start, end, fields }: Dict): Columns {
  const depth = fields === 'year' ? 1 : fields === 'month' ? 2 : 3
  const parts = (text: unknown, otherwise: [number, number, number]): [number, number, number] => {
    const found = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?/.exec(String(text ?? ''))
    if (!found) return otherwise
    return [Number(found[1]), Number(found[2] ?? otherwise[1]), Number(found[3] ?? otherwise[2])]
  }
  const today = new Date()
  const year = today.getFullYear()
  const first = parts(start, [year - YEARS_AROUND, 1, 1])
  const last = parts(end, [year + YEARS_AROUND, 12, 31])
  const date = parts(value, [year, today.getMonth() + 1, today.getDate()])
  const bound = (at: number, prefix: number[], limit: number[], otherwise: number): number =>
    prefix.every((part, index) => part === limit[index]) ? (limit[at] ?? otherwise) : otherwise
  const rangeOf = (at: number): number[] => {
    const prefix = date.slice(0, at)
    const most = at === 1 ? 12 : new Date(date[0], date[1], 0).getDate()
    if (at === 0) return range(first[0], last[0])
    return range(bound(at, prefix, first, 1), Math.min(most, bound(at, prefix, last, most)))
  }
  const chosen: number[] = []
  const settle = (): void => {
    for (let at = 0; at < depth; at++) {
      const possible = rangeOf(at)
      date[at] = Math.max(possible[0] ?? 1, Math.min(possible.at(-1) ?? 1, date[at] ?? 1))
      chosen[at] = possible.indexOf(date[at] ?? 1)
    }
  }
  settle()
  const units = ['年', '月', '日']
  return {
    labels: () => range(0, depth - 1).map((at) => rangeOf(at).map((part) => `${part}${units[at]}`)),
    chosen,
    turn: (column, index) => {
      date[column] = rangeOf(column)[index] ?? date[column] ?? 1
      settle()
      return column < depth - 1
    },
    value: () => ({
      value: date
        .slice(0, depth)
        .map((part, at) => (at === 0 ? String(part) : two(part)))
        .join('-'),
    }),
  }
}

const LEVELS: Dict<number> = { province: 1, city: 2, region: 3 }

function regionColumns({ value, level, customItem }: Dict): Columns {
  const depth = LEVELS[String(level ?? '')] ?? 3
  const custom: Region[] =
    typeof customItem === 'string' && customItem !== '' ? [{ name: customItem, code: '' }] : []
  const chosen: number[] = []
  const choices = (at: number): Region[] => {
    let choose: readonly Region[] = REGIONS
    for (let upper = 0; upper < at; upper++) choose = [...custom, ...choose][chosen[upper] ?? 0]?.inner ?? []
    return [...custom, ...choose]
  }
  const settle = (from: number, wished: unknown[]): void => {
    for (let at = from; at < depth; at++) {
      const index = choices(at).findIndex(({ name, code }) => name === wished[at] || code === wished[at])
      chosen[at] = Math.max(0, index)
    }
  }
  settle(0, list(value))
  return {
    labels: () => range(0, depth - 1).map((at) => choices(at).map(({ name }) => name)),
    chosen,
    turn: (column, index) => {
      chosen[column] = index
      settle(column + 1, [])
      return column < depth - 1
    },
    value: () => {
      const picked = range(0, depth - 1).map((at) => choices(at)[chosen[at] ?? 0])
      const code = picked.map((region) => region?.code ?? '')
      const names = picked.map((region) => region?.name ?? '')
      return { value: names, code, postcode: picked.at(-1)?.postcode ?? '' }
    },
  }
}

/** The wheels of a picker; undefined for a mode there is none of. */
export function columnsOf(options: Dict): Columns | undefined {
  const { mode, range: ranges, rangeKey, value } = options
  switch (mode) {
    case 'selector':
      return listColumns([list(ranges)], [Number(value)], rangeKey, true)
    case 'multiSelector':
      return listColumns(list(ranges).map(list), list(value).map(Number), rangeKey, false)
    case 'time':
      return timeColumns(options)
    case 'date':
      return dateColumns(options)
    case 'region':
      return regionColumns(options)
    default:
      return undefined
  }
}
