// The published API of the platform (its own type declarations, read at build time): what `wx` must have,
// and which options an API needs. Owns the client's words for wrong options.

import { platformApi } from 'platform-api'
import type { Dict } from '../types'

/** Every published API by name. */
export const PLATFORM: Dict<PlatformApi> = platformApi

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
