// What is done with a source tree before any of it runs: its sheets are checked, its templates compiled.

import type { Diagnostics } from './app/diagnostics'
import { builtinTemplates } from './builtins/register'
import type { ComponentInfo } from './config'
import { SourceError, type OnSourceError } from './errors'
import type { Diagnostic, Dict } from './types'
import { TemplateCompiler } from './wxml/compiler'
import { fetchCompilerBytes, TemplateSet } from './wxml/templates'
import { checkSheet } from './wxss/check'

const COMPILER_URL = '/__host/compiler.wasm.gz'

interface Compiled {
  code: string
  diagnostics: Diagnostic[]
  errors: { path: string; line: number; fault: string; file: string }[]
}

/**
 * Compiles every template of the app, or takes them as `made` by an earlier boot of the same tree: the code,
 * and what a later boot may pass in again. What was found wrong is told each time.
 */
export async function compileTemplates(
  files: Dict<string>,
  components: ReadonlyMap<string, ComponentInfo>,
  diagnostics: Diagnostics,
  onError: OnSourceError,
  made?: string,
): Promise<{ code: string; made: string }> {
  const compiled = made === undefined ? await compile(files, components) : (JSON.parse(made) as Compiled)
  diagnostics.push(...compiled.diagnostics)
  for (const { path, line, fault, file } of compiled.errors) onError(new SourceError(path, line, fault), file)
  return { code: compiled.code, made: made ?? JSON.stringify(compiled) }
}

async function compile(
  files: Dict<string>,
  components: ReadonlyMap<string, ComponentInfo>,
): Promise<Compiled> {
  const errors: Compiled['errors'] = []
  const note: OnSourceError = ({ path, line, fault }, file = path) => errors.push({ path, line, fault, file })
  const compiler = await TemplateCompiler.load(await fetchCompilerBytes(COMPILER_URL))
  const set = new TemplateSet(files, compiler, note)
  for (const path of components.keys()) set.add(path)
  for (const [path, source] of builtinTemplates()) set.addSource(path, source)
  return { code: set.generate(), diagnostics: set.diagnostics, errors }
}

/** The files of the app without the sheets that cannot be read. */
export function withoutBrokenSheets(
  files: Dict<string>,
  components: ReadonlyMap<string, ComponentInfo>,
  onError: OnSourceError,
): Dict<string> {
  const seen = new Set<string>()
  const sheets = ['app', ...components.keys()].map((path) => `${path}.wxss`)
  const broken = sheets.flatMap((path) => checkSheet(path, files, seen, onError))
  return { ...files, ...Object.fromEntries(broken.map((path) => [path, ''])) }
}
