// Values that leave the page: JSON only. Functions are dropped, cycles cut, errors keep their stack.

import { inOwnColumns } from './stack'
import type { Json } from './types'

const MAX_DEPTH = 60

/** A JSON copy of any value; `undefined` stays undefined at the top and is dropped inside objects. */
export function toWire(value: unknown): Json | undefined {
  return convert(value, new Set(), 0)
}

function convert(value: unknown, above: Set<object>, depth: number): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'bigint':
      return value.toString()
    case 'object':
      return value === null ? null : convertObject(value, above, depth)
    default:
      return undefined
  }
}

function convertObject(value: object, above: Set<object>, depth: number): Json | undefined {
  if (above.has(value) || depth > MAX_DEPTH) return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Error) return { message: value.message, stack: inOwnColumns(value.stack ?? '') }
  if (value instanceof ArrayBuffer) return {}
  if (typeof Node !== 'undefined' && value instanceof Node) return `[${value.nodeName.toLowerCase()}]`
  above.add(value)
  try {
    if (Array.isArray(value)) return value.map((item) => convert(item, above, depth + 1) ?? null)
    if (value instanceof Map) return convertObject(Object.fromEntries(value), above, depth)
    if (value instanceof Set) return convertObject([...value], above, depth)
    const out: Record<string, Json> = {}
    for (const [key, item] of Object.entries(value)) {
      const converted = convert(item, above, depth + 1)
      if (converted !== undefined) out[key] = converted
    }
    return out
  } finally {
    above.delete(value)
  }
}

/** A deep copy of a value an app hands over (storage); what JSON cannot hold is dropped. */
export function jsonCopy<T>(value: T): T {
  return toWire(value) as T
}
