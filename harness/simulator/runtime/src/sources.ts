// What is done with a source tree before any of it runs: its templates are compiled, its sheets are made and
// checked.

import type { Diagnostics } from './app/diagnostics'
import { builtinTemplates } from './builtins/register'
import type { ComponentInfo } from './config'
import { SourceError, type OnSourceError } from './errors'
import type { AppPackage, Diagnostic, Dict } from './types'
import { TemplateCompiler } from './wxml/compiler'
import { fetchCompilerBytes, TemplateSet } from './wxml/templates'
import { checkSheet } from './wxss/check'
import { preprocess } from './wxss/preprocess'

const COMPILER_URL = '/__host/compiler.wasm.gz'

interface Compiled {
  code: string
  /** Style sheets that were made of LESS or SASS. */
  sheets: Dict<string>
  diagnostics: Diagnostic[]
  errors: { path: string; line: number; fault: string; file: string }[]
}

/**
 * Compiles the templates of the app, and its LESS and SASS by the `preprocessors`; or takes all as an earlier
 * boot of the same tree has `compiled` them, which a later one may pass in. What was found wrong is told
 * each time.
 */
export async function compileSources(
  { files, preprocessors, templates }: Pick<AppPackage, 'files' | 'preprocessors' | 'templates'>,
  components: ReadonlyMap<string, ComponentInfo>,
  diagnostics: Diagnostics,
  onError: OnSourceError,
): Promise<{ code: string; sheets: Dict<string>; compiled: string }> {
  const all =
    templates === undefined
      ? await compile(files, components, preprocessors ?? {})
      : (JSON.parse(templates) as Compiled)
  const { code, sheets, errors } = all
  diagnostics.push(...all.diagnostics)
  for (const { path, line, fault, file } of errors) onError(new SourceError(path, line, fault), file)
  return { code, sheets, compiled: templates ?? JSON.stringify(all) }
}

async function compile(
  files: Dict<string>,
  components: ReadonlyMap<string, ComponentInfo>,
  preprocessors: Dict<string[]>,
): Promise<Compiled> {
  const errors: Compiled['errors'] = []
  const note: OnSourceError = ({ path, line, fault }, file = path) => errors.push({ path, line, fault, file })
  const sheets = await preprocess(files, ['app', ...components.keys()], preprocessors)
  for (const { error, file } of sheets.errors) note(error, file)
  const compiler = await TemplateCompiler.load(await fetchCompilerBytes(COMPILER_URL))
  const set = new TemplateSet(files, compiler, note)
  for (const path of components.keys()) set.add(path)
  for (const [path, source] of builtinTemplates()) set.addSource(path, source)
  return { code: set.generate(), sheets: sheets.made, diagnostics: set.diagnostics, errors }
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
