// All templates of an app: which files belong to it, their compilation, and the evaluation of the result.

import { isVendor } from '../config'
import { AppError, refuse, SourceError, type OnSourceError } from '../errors'
import { nearest } from '../nearest'
import { resolvePath } from '../paths'
import type { Place } from '../place'
import type { Diagnostic, Dict } from '../types'
import type { PlacedDiagnostic, TemplateCompiler, TemplateGroup } from './compiler'
import { checkIncludes } from './circles'
import { inlineScripts, references, wxmlForCompiler } from './dialect'
import { unmark } from './escapes'
import { withIncludes } from './includes'
import { checkNesting } from './nesting'
import { pathAt } from './places'
import { refusedInWxs, wxsToJs } from './wxs'
import { locateSyntaxError } from '../syntax'

type ProcGen = (render: object, ...rest: unknown[]) => unknown
export type ProcGenGroup = (name: string) => ProcGen | undefined

/** The compiler only warns about these, the official one refuses them. */
const BROKEN = /^(missing end tag|invalid end tag|invalid attribute name)/
/** The other way round: content that is ignored. */
const HARMLESS = /^child nodes are not allowed/

const BEGIN: Place = { line: 1, column: 1 }

/** Files put in the place of the includes of one template. */
const INCLUDED = 1000

/**
 * Compiles the templates reachable from those that are added. One that is broken counts as empty, what does
 * not exist is left out; `onError` is given each.
 */
export class TemplateSet {
  readonly diagnostics: Diagnostic[] = []
  private readonly files: Dict<string>
  private readonly done = new Set<string>()
  /** Templates whose includes come to an end. */
  private readonly ended = new Set<string>()
  private readonly group: TemplateGroup

  constructor(
    files: Dict<string>,
    private readonly compiler: TemplateCompiler,
    private readonly onError: OnSourceError = refuse,
  ) {
    this.files = { ...files }
    this.group = compiler.createGroup()
  }

  add(path: string): void {
    const key = `wxml:${path}`
    const source = this.files[`${path}.wxml`]
    if (source === undefined || this.done.has(key)) return
    this.done.add(key)
    if (!this.complete(path, source)) {
      this.files[`${path}.wxml`] = ''
      this.group.addTemplate(path, '')
      return
    }
    for (const { target, line } of references('template', source)) {
      const file = resolvePath(path, target).replace(/\.wxml$/, '')
      if (this.files[`${file}.wxml`] === undefined) this.missing(`${path}.wxml`, line, target)
      this.add(file)
    }
    for (const { target, line } of references('script', source)) {
      this.addScript(target, `${path}.wxml`, line)
    }
    for (const { body, line: first } of inlineScripts(source)) {
      for (const { target, line } of references('require', body)) {
        this.addScript(target, `${path}.wxml`, first + line - 1)
      }
    }
  }

  addSource(path: string, source: string): void {
    this.group.addTemplate(path, source)
  }

  generate(): string {
    return unmark(this.group.generate())
  }

  /** Whether the template was compiled; false where it is broken. */
  private complete(path: string, source: string): boolean {
    return this.readable(() => {
      checkIncludes(path, this.files, this.ended)
      checkNesting(`${path}.wxml`, source)
      for (const { body, ...first } of inlineScripts(source)) this.checkScript(`${path}.wxml`, body, first)
      for (const found of this.compile(path, source)) {
        this.note(explained({ ...found, path: `${path}.wxml` }, source))
      }
    })
  }

  /** Whether a file can be read: false after an error was told. */
  private readable(read: () => void): boolean {
    try {
      read()
      return true
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      this.onError(error)
      return false
    }
  }

  private compile(path: string, source: string): PlacedDiagnostic[] {
    let included = 0
    const expanded = withIncludes(path, (file) => {
      // Files that include others twice are without an end, too, though none includes itself.
      if (++included > INCLUDED) {
        const what = `more than ${INCLUDED} files are included`
        throw new SourceError(`${path}.wxml`, 1, what, 'include fewer')
      }
      return this.files[`${file}.wxml`]
    })
    if (expanded !== undefined) checkNesting(`${path}.wxml`, expanded)
    const template = wxmlForCompiler(`${path}.wxml`, source)
    if (expanded === undefined) return this.group.addTemplate(path, template)
    // What is wrong is told of the file as it is.
    const found = this.compiler.createGroup().addTemplate(path, template)
    this.group.addTemplate(path, wxmlForCompiler(`${path}.wxml`, expanded))
    return found
  }

  private addScript(target: string, user: string, line: number): void {
    const bare = resolvePath(user, target).replace(/\.wxs$/, '')
    const file = `${bare}.wxs`
    const source = this.files[file]
    if (source === undefined) this.missing(user, line, target)
    if (this.done.has(file)) return
    this.done.add(file)
    const readable = source !== undefined && this.readable(() => this.checkScript(file, source, BEGIN))
    // One that is not there would take the templates of the whole app with it.
    const code = readable ? wxsToJs(file, source) : ''
    // `<wxs src>` drops the suffix, `require()` inside WXS keeps it.
    this.group.addScript(bare, code)
    this.group.addScript(file, code)
    for (const required of references('require', source ?? ''))
      this.addScript(required.target, file, required.line)
  }

  /** Code that does not parse would take the templates of the whole app with it. */
  private checkScript(path: string, source: string, first: Place): void {
    try {
      new Function('require', 'exports', 'module', source)
    } catch (error) {
      const fault = locateSyntaxError(`(function(){${source}\n})`)
      const what = fault.message || String(error)
      // A script that does not end is at fault in its last line, not in what was put around it.
      const line = Math.min(fault.line, source.split('\n').length)
      throw new SourceError(path, first.line + line - 1, what, 'correct the script')
    }
    for (const { what, line, column } of refusedInWxs(source)) {
      const message = `WXS has no "${what}": WeChat's compiler refuses this script`
      const place = { line: first.line + line - 1, column: line === 1 ? first.column + column - 1 : column }
      this.diagnostics.push({ path, ...place, level: 'warning', message })
    }
  }

  private missing(user: string, line: number, target: string): void {
    if (!isVendor(user)) {
      const ending = target.endsWith('.wxs') || user.endsWith('.wxs') ? '.wxs' : '.wxml'
      const wanted = resolvePath(user, target).replace(/(\.wxml|\.wxs)?$/, ending)
      const close = nearest(
        wanted,
        Object.keys(this.files).filter((file) => file.endsWith(ending)),
      )
      const what = `"${target}" does not exist`
      const todo = 'correct the src or create the file'
      this.onError(new SourceError(user, line, what, todo, close === undefined ? undefined : `/${close}`))
      return
    }
    this.diagnostics.push({ path: user, line, level: 'warning', message: `"${target}" does not exist` })
  }

  private note(found: PlacedDiagnostic): void {
    const serious = found.level === 'error' || found.level === 'fatal'
    const broken = BROKEN.test(found.message) || (serious && !HARMLESS.test(found.message))
    if (broken && !isVendor(found.path)) {
      throw new SourceError(
        found.path,
        found.line,
        `${found.message} (column ${found.column})`,
        'correct the template',
      )
    }
    this.diagnostics.push(found)
  }
}

/** Says what is meant where the compiler's words do not. */
function explained(found: PlacedDiagnostic, source: string): PlacedDiagnostic {
  const at = source.split('\n')[found.line - 1]?.slice(found.column - 1) ?? ''
  // WeChat's compiler passes on `:name`, a habit from Vue; the framework's stops at it, and goes on after it.
  const colon = found.message === 'invalid attribute name' && /^:[^\s=>/]*/.exec(at)?.[0]
  if (colon) return { ...found, level: 'warning', message: `invalid attribute: ${colon}` }
  const attribute = /^invalid attribute( prefix)?$/.test(found.message) && /^[^\s=>/]+/.exec(at)?.[0]
  if (!attribute) return found
  if (!/^wx:el(se|if)$/.test(attribute)) return { ...found, message: `${found.message}: ${attribute}` }
  return { ...found, level: 'error', message: `${attribute} without a wx:if right before it` }
}

const UNSAFE_CALL = "var P=function(a){return typeof a==='function'?a:()=>{}};"
const SAFE_CALL =
  "var P=function(a){return typeof a==='function'?function(){try{return a.apply(null,arguments)}" +
  'catch(e){$wxsFailed(e)}}:()=>{}};'
const TEMPLATE_FOUND = 'return S[P]};'
const NULL_IS_EMPTY = "var Y=function(a){return a==null?'':String(a)};"
const NULL_IS_TEXT = "var Y=function(a){return a===undefined?'':String(a)};"

/** What this runtime relies on finding in generated code. */
export const PATCHED = [UNSAFE_CALL, NULL_IS_EMPTY, TEMPLATE_FOUND]

type Children = (...args: unknown[]) => unknown
type Template = (...args: unknown[]) => { C: Children; B?: unknown }

/** Told what throws while a template is drawn, in which file, and there in which template if it was one. */
type OnFailure = (error: unknown, file?: string, template?: string) => void

/** The templates that the drawing under way is in the midst of. */
let running = new Set<Template>()

/** Runs a drawing that another may have begun, of the same component even: it may use the same templates. */
export function drawnByItself(draw: () => void): void {
  const outer = running
  running = new Set()
  try {
    draw()
  } finally {
    running = outer
  }
}

/** A template used within itself stops there, as in WeChat; without, it may never end. */
function notWithinItself(onFailure: OnFailure) {
  return (template: Template | undefined, name: string, path: string): Template | undefined => {
    if (template === undefined) return undefined
    return (...args) => {
      const made = template(...args)
      return {
        ...made,
        C: (...rest) => {
          if (running.has(template)) {
            const what = `template "${name}" is used within itself; WeChat stops there`
            onFailure(new AppError(what), `${path}.wxml`, name)
            return
          }
          running.add(template)
          try {
            made.C(...rest)
          } finally {
            running.delete(template)
          }
        },
      }
    }
  }
}

/**
 * Turns generated template code into functions. A throwing call inside `{{ }}` is reported and does not
 * stop the render, and `null` prints as "null", both as in WeChat's default framework. `onCode` is
 * given the text that places in stacks are of.
 */
export function evaluateTemplates(
  code: string,
  onFailure: OnFailure,
  onCode: (text: string) => void = () => undefined,
): Dict<ProcGenGroup> {
  const constructorName = Symbol('wxs.constructor')
  Object.defineProperty(Object.prototype, constructorName, {
    configurable: true,
    get(this: object) {
      return this.constructor.name
    },
  })
  const patched = code
    .replace(UNSAFE_CALL, SAFE_CALL)
    .replace(NULL_IS_EMPTY, NULL_IS_TEXT)
    .replaceAll(TEMPLATE_FOUND, (_found, at: number, text: string) => {
      return `return $once(S[P],P,${JSON.stringify(pathAt(text, at) ?? '')})};`
    })
  const names = ['$wxsFailed', '$wxsConstructor', '$once', 'getRegExp', 'getDate']
  const make = new Function(...names, `return ${patched}`) as (...args: unknown[]) => Dict<ProcGenGroup>
  onCode(make.toString())
  return make(
    onFailure,
    constructorName,
    notWithinItself(onFailure),
    (pattern: string, flags?: string) => new RegExp(pattern, flags ?? ''),
    (...args: []) => new Date(...args),
  )
}

export async function fetchCompilerBytes(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url)
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`)
  return new Response(response.body.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
}
