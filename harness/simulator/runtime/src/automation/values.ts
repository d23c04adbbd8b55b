// Small pure helpers of the handlers: reading by path, converting parameters.

import type { Dict } from '../types'

/** `a.b[0].c` as keys. */
export function pathKeys(path: string): string[] {
  return path
    .replace(/\[(\w+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '')
}

/** The value at a path; undefined when a step is missing. */
export function valueAt(root: unknown, path: string): unknown {
  let value: unknown = root
  for (const key of pathKeys(path)) {
    if (value === null || value === undefined) return undefined
    value = (value as Dict)[key]
  }
  return value
}

export function stringList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function dict(value: unknown): Dict {
  return typeof value === 'object' && value !== null ? (value as Dict) : {}
}
