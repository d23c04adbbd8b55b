// The shape in which the two compilers are compared: tags, attributes and texts as a template gives them,
// before any component makes something of them. Both sides write the same names for the same thing.

export interface TreeElement {
  tag: string
  attributes: Record<string, unknown>
  children: Tree[]
}
export type Tree = TreeElement | string

const EVENT = /^(capture-)?(bind|catch|mut-bind)(?::?)(.+)$/

const camel = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_dash, next: string) => next.toUpperCase())

/** `bindtap` and `bind:tap` are one, as `data-a-b` and `dataset.aB` are. */
export function attributeName(name: string): string {
  const event = EVENT.exec(name)
  if (event) return `${event[1] ?? ''}${event[2] ?? ''}:${event[3] ?? ''}`
  if (name.startsWith('data-')) return `data:${camel(name.slice(5).toLowerCase())}`
  return camel(name.replace(/^model:/, ''))
}

/** A value as JSON can carry it; what JSON has no word for is named. */
export function plain(value: unknown): unknown {
  if (value === undefined) return { $: 'undefined' }
  if (typeof value === 'function') return { $: 'function' }
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $: String(value) }
  if (value instanceof Date) return { $: 'Date', at: value.getTime() }
  if (value instanceof RegExp) return { $: 'RegExp', source: String(value) }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
  }
  return value
}

/** Data of a test, made by `plain`'s rules, as values again. */
export function restore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restore)
  if (typeof value !== 'object' || value === null) return value
  const { $: word } = value as { $?: string }
  if (word === 'undefined') return undefined
  if (word !== undefined) return Number(word)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, restore(item)]))
}

const EMPTY_WHEN_MISSING = new Set(['class', 'style', 'id', 'slot'])

/** Attributes under their common names. What says nothing (`class=""`, a slot without name) is left out. */
export function attributes(
  tag: string,
  pairs: Iterable<readonly [string, unknown]>,
): Record<string, unknown> {
  const named: Record<string, unknown> = {}
  for (const [given, value] of pairs) {
    const name = attributeName(given)
    const optional = EMPTY_WHEN_MISSING.has(name) || (tag === 'slot' && name === 'name')
    if (optional && (value === undefined || value === null || value === '')) continue
    // The name of a slot is text, whatever it was made from.
    named[name] = tag === 'slot' && name === 'name' ? String(value) : plain(value)
  }
  return named
}

/** Texts next to each other are one to a reader; empty ones are none. */
export function children(list: readonly Tree[]): Tree[] {
  const joined: Tree[] = []
  for (const item of list) {
    const last = joined.length - 1
    if (item === '') continue
    if (typeof item === 'string' && typeof joined[last] === 'string') joined[last] += item
    else joined.push(item)
  }
  return joined
}
