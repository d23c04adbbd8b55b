// CommonJS modules of the mini-program: resolution, ES modules and TypeScript made CommonJS, hidden globals.
// A module's code keeps its own line numbers and its project path as source name.

import type { Exceptions } from './app/exceptions'
import { AppError, SourceError } from './errors'
import { HIDDEN_GLOBALS } from './globals'
import { importedNames, unknownImport } from './imports'
import { nearest } from './nearest'
import { npmCandidates, resolvePath } from './paths'
import { noteAdded } from './stack'
import { locateSyntaxError } from './syntax'
import { toCommonJs } from './transform'
import type { Dict } from './types'

interface Module {
  exports: unknown
  /** Its code ran to the end; until then a circular `require` sees what there is. */
  done?: boolean
}

interface ModuleEvents {
  /** Something odd about a file that does not stop it. */
  onWarning?: (path: string, line: number, message: string) => void
  /** A `require` with callbacks and `require.async` call them through this. */
  readonly exceptions?: Exceptions
}

type ModuleFunction = (require: unknown, module: Module, exports: unknown) => void

/**
 * Code in its own scope: `names` become parameters of an outer function, so that the code may declare
 * the same names. Everything added stands on the first line, so line numbers stay those of the file.
 */
export function wrap(names: readonly string[], inner: string, code: string, sourceName?: string): string {
  const source = sourceName === undefined ? '' : `\n//# sourceURL=${sourceName}`
  return `${head(names, inner)}${code}\n})})${source}`
}

/** The host reads it, too: MODULE of source_locations.py. */
function head(names: readonly string[], inner: string): string {
  return `(function(${[...new Set(names)].join(',')}){return (function(${inner}){`
}

const OF_MODULES = 'require,module,exports'

type AnyFunction = (...args: unknown[]) => unknown

/** A driver's function declaration, which may end in `;` or in a comment. */
function functionExpression(declaration: string): string {
  return `(${declaration.trim().replace(/;+\s*$/, '')}\n)`
}

function demandFunction(made: unknown): AnyFunction {
  if (typeof made !== 'function') throw new TypeError('functionDeclaration is not a function')
  return made as AnyFunction
}

/** A function expression as a function of the view layer, which has a window and a document. */
export function evaluateInView(declaration: string): AnyFunction {
  return demandFunction((0, eval)(functionExpression(declaration)))
}

export class ModuleLoader {
  private readonly cache = new Map<string, Module>()

  constructor(
    private readonly files: Dict<string>,
    /** What app code finds as global names, besides the language's own. */
    private readonly environment: Dict,
    private readonly events: ModuleEvents = {},
    /** `resolveAlias` of app.json: prefixes ending in `/*` → what stands for them. */
    private readonly aliases: Dict = {},
  ) {}

  /** The file a `require` means, or undefined. */
  resolve(from: string, given: string): string | undefined {
    const request = this.unalias(given)
    if (/^[./]/.test(request)) return this.existing(resolvePath(from, request))
    for (const candidate of npmCandidates(from, request)) {
      const hit = this.existing(candidate)
      if (hit !== undefined) return hit
    }
    return this.existing(resolvePath(from, request)) ?? this.existing(request)
  }

  require(from: string, request: string): unknown {
    const path = typeof request === 'string' ? this.resolve(from, request) : undefined
    if (path === undefined) {
      throw Object.assign(new AppError(this.notFound(from, String(request))), { code: 'MODULE_NOT_FOUND' })
    }
    return this.run(path)
  }

  /** Runs a file once and returns its exports; a file that throws may be required again. */
  run(path: string): unknown {
    const known = this.cache.get(path)
    if (known) return known.exports
    const module: Module = { exports: {} }
    this.cache.set(path, module)
    try {
      if (path.endsWith('.json')) module.exports = parseJson(path, this.files[path] ?? 'null')
      else this.evaluate(path, module)
      module.done = true
    } catch (error) {
      this.cache.delete(path)
      throw error
    }
    return module.exports
  }

  /** A function expression as a function among the app's modules: it sees what they see. */
  evaluateFunction(declaration: string): AnyFunction {
    const text = wrap(this.parameterNames(), '', `return ${functionExpression(declaration)}`)
    return demandFunction(this.instantiate(text)())
  }

  private existing(path: string): string | undefined {
    const candidates = [path, `${path}.js`, `${path}.ts`, `${path}/index.js`, `${path}/index.ts`]
    return candidates.find((file) => this.files[file] !== undefined && /\.(js|ts|json)$/.test(file))
  }

  /** The text WeChat throws, and what exists with a name like it. */
  private notFound(from: string, request: string): string {
    const isPath = /^[./]/.test(request)
    const wanted = resolvePath(from, request)
    const text = `module '${isPath ? wanted : request}.js' is not defined, require args is '${request}'`
    const scripts = Object.keys(this.files).filter((file) => /\.(js|ts)$/.test(file))
    const close = isPath
      ? nearest(
          wanted,
          scripts.map((file) => file.slice(0, -3)),
        )
      : undefined
    if (close !== undefined) return `${text}; did you mean '/${close}'?`
    return isPath ? text : `${text}; if it is an npm package, list it in package.json and run npm install`
  }

  private unalias(request: string): string {
    for (const [pattern, target] of Object.entries(this.aliases)) {
      const prefix = pattern.replace(/\*$/, '')
      if (typeof target === 'string' && request.startsWith(prefix)) {
        const path = target.replace(/\*$/, '') + request.slice(prefix.length)
        return path.startsWith('/') ? path : `/${path.replace(/^\.\//, '')}`
      }
    }
    return request
  }

  private evaluate(path: string, module: Module): void {
    const run = this.load(path) as ModuleFunction
    run.call(undefined, this.requireOf(path), module, module.exports)
    this.checkImports(path)
  }

  /** `require` of one file: `(path)`, `(path, onLoad, onError)` and `.async(path)`. */
  private requireOf(path: string): object {
    const later = (request: string): Promise<unknown> =>
      Promise.resolve()
        .then(() => this.require(path, request))
        .catch((error: unknown) => {
          const errMsg = error instanceof Error ? error.message : String(error)
          return Promise.reject(
            Object.assign(new AppError(errMsg, { cause: error }), { errMsg, mod: request }),
          )
        })
    const require = (
      request: string,
      onLoad?: (exports: unknown) => void,
      onError?: (failure: unknown) => void,
    ): unknown => {
      if (typeof onLoad !== 'function') return this.require(path, request)
      later(request).then(
        (exports) => this.events.exceptions?.guard(onLoad, exports),
        (failure: unknown) => onError && this.events.exceptions?.guard(onError, failure),
      )
      return undefined
    }
    return Object.assign(require, { async: later })
  }

  private checkImports(path: string): void {
    const { onWarning } = this.events
    // What TypeScript imports may be a type, which no module exports.
    if (!onWarning || path.endsWith('.ts')) return
    for (const used of importedNames(this.files[path] ?? '')) {
      const target = this.resolve(path, used.from)
      const module = target === undefined ? undefined : this.cache.get(target)
      const wrong = module?.done === true ? unknownImport(used, module.exports) : undefined
      if (wrong !== undefined) onWarning(path, used.line, wrong)
    }
  }

  private load(path: string): (...args: never[]) => unknown {
    const names = this.parameterNames()
    noteAdded(head(names, OF_MODULES).length)
    const text = wrap(names, OF_MODULES, this.convert(path), path)
    try {
      return this.instantiate(text)
    } catch (error) {
      const fault = locateSyntaxError(text)
      throw syntaxError(path, fault.line, fault.message || String(error))
    }
  }

  private convert(path: string): string {
    try {
      return toCommonJs(path, this.files[path] ?? '')
    } catch (error) {
      const at = /\((\d+):(\d+)\)/.exec((error as Error).message)
      throw syntaxError(
        path,
        Number(at?.[1] ?? 1),
        (error as Error).message.replace(/^Error transforming.*?: /, ''),
      )
    }
  }

  private parameterNames(): string[] {
    return [...Object.keys(this.environment), ...HIDDEN_GLOBALS]
  }

  private instantiate(text: string): (...args: never[]) => unknown {
    const outer = (0, eval)(text) as (...values: unknown[]) => (...args: never[]) => unknown
    return outer(...Object.values(this.environment))
  }
}

function syntaxError(path: string, line: number, message: string): SourceError {
  return new SourceError(path, line, message.replace(/\s*\(\d+:\d+\)$/, ''), 'correct the code')
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SourceError(path, 1, `not valid JSON (${(error as Error).message})`, 'correct the file')
  }
}
