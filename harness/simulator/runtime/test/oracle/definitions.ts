// What components of a library declare: their scripts run by the simulator's module loader, with a
// Component() that only listens. From this the data sets of the library's templates are made.

import { ModuleLoader } from '../../src/modules'
import type { Dict } from '../../src/types'
import { plain } from './tree'

interface Declared {
  properties: Record<string, { type: string; value: unknown }>
  data: unknown
}

const SYSTEM = {
  SDKVersion: '3.8.0',
  version: '8.0.0',
  platform: 'devtools',
  windowWidth: 375,
  pixelRatio: 2,
}

/** Stands for `wx`: whatever a script asks while it loads is about the system. */
const wx: object = new Proxy({}, { get: () => (): object => SYSTEM })

function typeName(declared: unknown): string {
  return typeof declared === 'function' ? declared.name : 'any'
}

function properties(given: Dict): Declared['properties'] {
  return Object.fromEntries(
    Object.entries(given).map(([name, declared]) => {
      const full = (typeof declared === 'object' && declared !== null ? declared : { type: declared }) as {
        type?: unknown
        value?: unknown
      }
      return [name, { type: typeName(full.type), value: plain(full.value) }]
    }),
  )
}

/** For each path with a script, what its component declares, behaviors included. */
export function definitions(files: Dict<string>, paths: readonly string[]): Dict<Declared> {
  let found: Dict | undefined
  const collect = (definition: Dict): Dict => {
    const mixed = ((definition['behaviors'] ?? []) as unknown[]).filter(
      (item): item is Dict => typeof item === 'object' && item !== null,
    )
    const merge = (key: string): Dict =>
      Object.assign({}, ...[...mixed, definition].map((one) => one[key])) as Dict
    return { ...definition, properties: merge('properties'), data: merge('data') }
  }
  const names: Dict = { Behavior: collect, wx, global: {}, getApp: () => ({}), getCurrentPages: () => [] }
  const Component = (definition: Dict): void => {
    found = collect(definition)
  }
  const loader = new ModuleLoader(files, { ...names, Component, Page: Component, console })
  const declared: Dict<Declared> = {}
  for (const path of paths) {
    found = undefined
    loader.run(`${path}.js`)
    const { properties: given, data } = (found ?? {}) as { properties?: Dict; data?: unknown }
    declared[path] = { properties: properties(given ?? {}), data: plain(data ?? {}) }
  }
  return declared
}
