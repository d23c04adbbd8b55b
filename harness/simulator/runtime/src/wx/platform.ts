// The published API of the platform (its own type declarations, read at build time): what `wx` must have,
// which options an API needs, and what the objects have that APIs return. Owns the client's words for wrong
// options.

import { apis, objects } from 'platform-api'
import type { Dict } from '../types'

/** Every published API by name. */
export const PLATFORM: Dict<PlatformApi> = apis

/** The objects that APIs return, by the names of their types. */
export const OBJECTS: Dict<PlatformObject> = objects

/** Names of the methods of the object that an API returns. */
export function methodsOf(api: string): readonly string[] {
  return Object.keys(OBJECTS[PLATFORM[api]?.makes ?? '']?.methods ?? {})
}

export function typeOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** What is wrong with the arguments of a function that takes `types`; undefined when nothing is. */
export function wrongArguments(
  name: string,
  types: readonly PlatformParameter[],
  args: readonly unknown[],
): string | undefined {
  for (const [at, { type, optional }] of types.entries()) {
    if (type === null || (optional === true && args[at] === undefined)) continue
    const given = typeof args[at] === 'function' ? 'Function' : typeOf(args[at])
    if (given !== type)
      return `${name}:fail parameter error: parameter should be ${type} instead of ${given};`
  }
  return undefined
}

/** What is wrong with the options of a published API, in the client's words; undefined when nothing is. */
export function wrongOptions(api: string, options: Dict): string | undefined {
  for (const [name, needed] of Object.entries(PLATFORM[api]?.needs ?? {})) {
    const given = typeOf(options[name])
    if (needed !== null && given !== needed) {
      return `parameter error: parameter.${name} should be ${needed} instead of ${given};`
    }
  }
  return undefined
}
