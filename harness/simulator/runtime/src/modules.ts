// CommonJS modules of the mini-program: resolution, ES modules and TypeScript made CommonJS, hidden globals.
// A module's code keeps its own line numbers and its project path as source name.

import { transform } from 'sucrase'
import { SourceError } from './errors'
import { HIDDEN_GLOBALS } from './globals'
import { npmCandidates, resolvePath } from './paths'
import { locateSyntaxError } from './syntax'
import type { Dict } from './types'

interface Module {
  exports: unknown
}

type ModuleFunction = (require: unknown, module: Module, exports: unknown) => void

const ES_MODULE = /(^|[\n;}])\s*(import\b\s*["'{*\w]|export\b)/

/** JavaScript the page can run: TypeScript and ES module syntax rewritten, anything else as it is. */
export function toCommonJs(path: string, source: string): string {
  const isTypeScript = path.endsWith('.ts')
  if (!isTypeScript && !ES_MODULE.test(source)) return source
  return transform(source, {
    transforms: isTypeScript ? ['typescript', 'imports'] : ['imports'],
    disableESTransforms: true,
    preserveDynamicImport: true,
    filePath: path,
  }).code
}

/**
 * Code in its own scope: `names` become parameters of an outer function, so that the code may declare
 * the same names. Everything added stands on the first line, so line numbers stay those of the file.
 */
export function wrap(names: readonly string[], inner: string, code: string, sourceName?: string): string {
  const source = sourceName === undefined ? '' : `\n//# sourceURL=${sourceName}`
  return `(function(${[...new Set(names)].join(',')}){return (function(${inner}){${code}\n})})${source}`
}

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
  ) {}

  /** The file a `require` means, or undefined. */
  resolve(from: string, request: string): string | undefined {
    if (/^[./]/.test(request)) return this.existing(resolvePath(from, request))
    for (const candidate of npmCandidates(from, request)) {
      const hit = this.existing(candidate)
      if (hit !== undefined) return hit
    }
    return this.existing(resolvePath(from, request)) ?? this.existing(request)
  }

  require(from: string, request: string): unknown {
    const path = this.resolve(from, request)
    if (path === undefined) {
      const text = `module '${request}' is not defined, require args is '${request}' (from ${from})`
      throw Object.assign(new Error(text), { code: 'MODULE_NOT_FOUND' })
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
      if (path.endsWith('.json')) module.exports = JSON.parse(this.files[path] ?? 'null')
      else this.evaluate(path, module)
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

  private evaluate(path: string, module: Module): void {
    const require = Object.assign((request: string) => this.require(path, request), {
      async: (request: string) => Promise.resolve().then(() => this.require(path, request)),
    })
    const run = this.load(path) as ModuleFunction
    run.call(undefined, require, module, module.exports)
  }

  private load(path: string): (...args: never[]) => unknown {
    const text = wrap(this.parameterNames(), 'require,module,exports', this.convert(path), path)
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
