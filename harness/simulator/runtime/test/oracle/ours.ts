// Our side: the simulator's own compiler, dialect and framework glue, in a page without an app around them.

import { Engine } from '../../src/engine/space'
import { elementOf } from '../../src/engine/nodes'
import { wxssToCss } from '../../src/wxss/transform'
import { TemplateCompiler } from '../../src/wxml/compiler'
import { evaluateTemplates, TemplateSet, type ProcGenGroup } from '../../src/wxml/templates'
import type { Dict } from '../../src/types'
export { definitions } from './definitions'
import { recordCreation, recording, treeOf } from './recorder'
import { restore, type Tree } from './tree'

export const SCREEN = 375
const TAG = /<([a-z][\w-]*)/gi

let compiler: TemplateCompiler | undefined

/** Once per page, before anything else. `wasm` is the compiler, gzipped, as base64. */
export async function start(wasm: string): Promise<void> {
  recordCreation()
  const packed = Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  compiler = await TemplateCompiler.load(await new Response(stream).arrayBuffer())
}

interface Rendered {
  trees: Tree[][]
  /** The same data sets, given one after the other to one component. */
  updated: Tree[][]
  faults: string[]
}

function engineFor(groups: Dict<ProcGenGroup>, files: Dict<string>, faults: string[]): Engine {
  const engine = new Engine(groups, () => SCREEN, {
    onError: (error) => faults.push(String(error)),
    onScriptWarning: () => undefined,
    onWarning: () => undefined,
    onMissing: () => undefined,
  })
  const tags = Object.values(files).flatMap((source) =>
    [...source.matchAll(TAG)].map((match) => match[1] ?? ''),
  )
  for (const tag of new Set(tags)) engine.space.setGlobalUsingComponent(tag, tag)
  return engine
}

function define(engine: Engine, path: string, data: object): object {
  engine.declare({ path, settings: {}, using: {}, genericDefaults: {}, isPage: false }, undefined)
  const builder = engine.codeSpace.component(path) as unknown as {
    definition(given: object): { register(): unknown }
  }
  builder.definition({ data }).register()
  return engine.createRoot(path, '').get()
}

/** Compiles `files` and renders the template at `path` for each data set; or says why it does not compile. */
export function render(
  files: Dict<string>,
  path: string,
  given: readonly unknown[],
): Rendered | { error: string } {
  if (compiler === undefined) throw new Error('start() comes first')
  const sets = given.map((data) => restore(data) as Dict)
  const faults: string[] = []
  let groups: Dict<ProcGenGroup>
  try {
    const templates = new TemplateSet(files, compiler, (error) => {
      // What does not exist is left out, and told.
      if (!error.fault.includes('does not exist')) throw error
    })
    templates.add(path)
    groups = recording(evaluateTemplates(templates.generate(), (error) => faults.push(String(error))))
  } catch (error) {
    return { error: String(error) }
  }
  const group = groups[path]
  if (group === undefined) return { error: `${path} was not compiled` }
  sets.forEach((_set, i) => (groups[`${path}@${i}`] = group))
  groups[`${path}@updated`] = group
  const engine = engineFor(groups, files, faults)
  const trees = sets.map((data, i) => treeOf(elementOf(define(engine, `${path}@${i}`, data))))
  const one = define(engine, `${path}@updated`, sets[0] ?? {}) as { setData(data: Dict): void }
  const names = [...new Set(sets.flatMap((data) => Object.keys(data)))]
  const updated = sets.map((data) => {
    one.setData(Object.fromEntries(names.map((name) => [name, data[name]])))
    return treeOf(elementOf(one))
  })
  return { trees, updated, faults }
}

/** The style sheet at `path` with `prefix` before its classes. */
export function sheet(path: string, files: Dict<string>, prefix: string): string {
  return wxssToCss(path, files, { width: SCREEN, prefix })
}
