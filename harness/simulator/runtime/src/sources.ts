// What is done with a source tree before any of it runs: its sheets are checked, its templates compiled.

import type { Diagnostics } from './app/diagnostics'
import { builtinTemplates } from './builtins/register'
import type { ComponentInfo } from './config'
import type { Dict } from './types'
import { TemplateCompiler } from './wxml/compiler'
import { fetchCompilerBytes, TemplateSet } from './wxml/templates'
import { checkSheet } from './wxss/check'

const COMPILER_URL = '/__host/compiler.wasm.gz'

/** Compiles every template of the app; the code is what a later boot may pass in again. */
export async function compileTemplates(
  files: Dict<string>,
  components: ReadonlyMap<string, ComponentInfo>,
  diagnostics: Diagnostics,
): Promise<string> {
  const set = new TemplateSet(files, await TemplateCompiler.load(await fetchCompilerBytes(COMPILER_URL)))
  for (const path of components.keys()) set.add(path)
  for (const [path, source] of builtinTemplates()) set.addSource(path, source)
  diagnostics.push(...set.diagnostics)
  return set.generate()
}

/** SourceError where a sheet cannot be read. */
export function checkSheets(files: Dict<string>, components: ReadonlyMap<string, ComponentInfo>): void {
  const seen = new Set<string>()
  for (const path of ['app', ...components.keys()]) checkSheet(`${path}.wxss`, files, seen)
}
