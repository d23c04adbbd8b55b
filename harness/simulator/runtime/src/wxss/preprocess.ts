// LESS and SASS made style sheets, by the packages that the project has installed. They run in this page like
// code of the app, and are given the files of the app and nothing else.

import { SourceError } from '../errors'
import { dirname, resolvePath } from '../paths'
import type { Dict } from '../types'

/** `made` are style sheets by path, `errors` those of sheets that could not be made. */
interface Preprocessed {
  made: Dict<string>
  errors: { error: SourceError; file: string }[]
}

type Build = (path: string, source: string) => Promise<string>

/** Builds `<path>.wxss` of each path that has a sheet of a plugin and no style sheet. */
export async function preprocess(
  files: Dict<string>,
  paths: Iterable<string>,
  scripts: Dict<string[]>,
): Promise<Preprocessed> {
  const found: Preprocessed = { made: {}, errors: [] }
  const builders = new Map<string, Build>()
  const make = (plugin: string): Build =>
    plugin === 'less' ? lessBuilder(scripts[plugin] ?? [], files) : sassBuilder(scripts[plugin] ?? [], files)
  for (const path of paths) {
    for (const ending of ['less', 'scss', 'sass']) {
      const source = files[`${path}.${ending}`]
      const plugin = ending === 'less' ? 'less' : 'sass'
      const file = `${path}.wxss`
      if (source === undefined || files[file] !== undefined || !scripts[plugin]) continue
      const build = builders.get(plugin) ?? make(plugin)
      builders.set(plugin, build)
      try {
        found.made[file] = await build(`${path}.${ending}`, source)
      } catch (error) {
        if (!(error instanceof SourceError)) throw error
        found.errors.push({ error, file })
      }
    }
  }
  return found
}

/** The first of the files that a sheet means by `target`, as seen from the folder `from`. */
function find(
  files: Dict<string>,
  from: string,
  target: string,
  endings: readonly string[],
): string | undefined {
  const path = resolvePath(from === '' ? '' : `${from}/`, target)
  const name = path.slice(dirname(path).length).replace(/^\//, '')
  const partial = path.slice(0, path.length - name.length) + `_${name}`
  return [path, partial, `${path}/index`, `${path}/_index`]
    .flatMap((each) => ['', ...endings].map((ending) => each + ending))
    .find((each) => files[each] !== undefined)
}

const brokenSheet = (path: string, line: number, message: string): SourceError =>
  new SourceError(path, line, message.trim().replace(/\s*\n\s*/g, ' '), 'correct the sheet')

/** Runs a script as a module of its own; what it exports. */
function exportsOf(script: string): Dict {
  const module = { exports: {} as Dict }
  // It is no code of this runtime: what it throws is not either.
  new Function('module', 'exports', script)(module, module.exports)
  return module.exports
}

interface LessError {
  message?: string
  filename?: string
  line?: number
}

interface Less {
  AbstractFileManager: new () => object
  render(source: string, options: Dict): Promise<{ css: string }>
}

function lessBuilder([script = '']: readonly string[], files: Dict<string>): Build {
  // Read as the script runs: it must not go through the sheets of this page.
  const owner = window as unknown as { less?: Dict }
  owner.less = { onReady: false, env: 'production', logLevel: 0 }
  const less = exportsOf(script) as unknown as Less
  delete owner.less
  const read = (target: string, folder: string): { filename: string; contents: string } => {
    const filename = find(files, target.startsWith(folder) ? '' : folder, target, ['.less', '.wxss', '.css'])
    if (filename === undefined) throw Object.assign(new Error(`"${target}" does not exist`), { type: 'File' })
    return { filename, contents: files[filename] ?? '' }
  }
  const manager = Object.assign(new less.AbstractFileManager(), {
    supports: () => true,
    supportsSync: () => true,
    loadFile: (target: string, folder: string) =>
      new Promise((resolve) => {
        resolve(read(target, folder.replace(/\/$/, '')))
      }),
    loadFileSync: (target: string, folder: string) => read(target, folder.replace(/\/$/, '')),
  })
  const plugin = {
    install: (_less: unknown, plugins: { addFileManager(manager: object): void }) => {
      plugins.addFileManager(manager)
    },
  }
  return async (path, source) => {
    try {
      return (await less.render(source, { filename: path, plugins: [plugin] })).css
    } catch (error) {
      const { message, filename, line } = error as LessError
      throw brokenSheet(filename ?? path, line ?? 1, message ?? String(error))
    }
  }
}

interface SassError {
  sassMessage?: string
  message?: string
  span?: { url?: URL; start: { line: number } }
}

interface Sass {
  compileString(source: string, options: Dict): { css: string }
  Logger: { silent: unknown }
}

/** Addresses of files of the app, for the compiler of SASS. */
const APP = 'app:///'
const pathOf = (url: URL): string => decodeURIComponent(url.pathname.replace(/^\//, ''))

function sassBuilder([immutable = '', script = '']: readonly string[], files: Dict<string>): Build {
  const owner = window as unknown as { _cliPkgExports?: { load(needs: Dict, into: Dict): void }[] }
  ;(0, eval)(script)
  const made: Dict = {}
  owner._cliPkgExports?.pop()?.load({ immutable: exportsOf(immutable) }, made)
  delete owner._cliPkgExports
  const sass = made as unknown as Sass
  const importer = {
    canonicalize(url: string) {
      const target = url.startsWith(APP) ? url.slice(APP.length - 1) : `/${url}`
      const path = find(files, '', decodeURIComponent(target), ['.scss', '.sass', '.wxss', '.css'])
      return path === undefined ? null : new URL(APP + path)
    },
    load(url: URL) {
      const path = pathOf(url)
      return { contents: files[path] ?? '', syntax: syntaxOf(path) }
    },
  }
  return (path, source) => {
    const options = { syntax: syntaxOf(path), url: new URL(APP + path), importer, logger: sass.Logger.silent }
    try {
      return Promise.resolve(sass.compileString(source, options).css)
    } catch (error) {
      const { sassMessage, message, span } = error as SassError
      const at = span?.url === undefined ? path : pathOf(span.url)
      throw brokenSheet(at, (span?.start.line ?? 0) + 1, sassMessage ?? message ?? String(error))
    }
  }
}

const syntaxOf = (path: string): string =>
  path.endsWith('.sass') ? 'indented' : /\.(wxss|css)$/.test(path) ? 'css' : 'scss'
