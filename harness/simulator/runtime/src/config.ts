// app.json and the settings of pages and components: which pages exist, which components they use and
// where those are.
// Refuses a tree it cannot run: every refusal names the file and the line of the entry at fault.

import { SourceError } from './errors'
import { lineOfToken, parseJsonFile } from './json-source'
import { npmCandidates, resolvePath } from './paths'
import type { Diagnostic, Dict } from './types'

export interface TabItem {
  pagePath: string
  text: string
}

export interface ComponentInfo {
  readonly path: string
  readonly settings: Dict
  /** Tag name → path of the component, without a leading slash. */
  readonly using: Dict<string>
  /** Generic name → path of its default component. */
  readonly genericDefaults: Dict<string>
  readonly isPage: boolean
}

const VENDOR = /(^|\/)miniprogram_npm\//

export const isVendor = (path: string): boolean => VENDOR.test(path)

const record = (value: unknown): Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dict) : {}

export class AppConfig {
  readonly app: Dict
  readonly pages: readonly string[]
  readonly tabs: readonly TabItem[]
  readonly diagnostics: Diagnostic[] = []
  private readonly settings = new Map<string, Dict>()

  constructor(private readonly files: Dict<string>) {
    if (files['app.json'] === undefined) {
      throw new SourceError(
        'app.json',
        1,
        'the file is missing',
        'point the simulator at the folder that holds it',
      )
    }
    this.app = parseJsonFile('app.json', files['app.json'])
    this.pages = this.listPages()
    this.tabs = this.listTabs()
  }

  get entryPage(): string {
    const entry = this.app['entryPagePath']
    return typeof entry === 'string' ? entry : (this.pages[0] ?? '')
  }

  isPage(path: string): boolean {
    return this.pages.includes(path)
  }

  isTab(path: string): boolean {
    return this.tabs.some((tab) => tab.pagePath === path)
  }

  /** The JSON settings of a page or component; an absent file counts as {}. */
  settingsOf(path: string): Dict {
    let settings = this.settings.get(path)
    if (!settings) {
      const text = this.files[`${path}.json`]
      settings = text === undefined ? {} : parseJsonFile(`${path}.json`, text)
      this.settings.set(path, settings)
    }
    return settings
  }

  /** Window settings in force on a page: app.json `window`, then the page's own file. */
  windowOf(page: string): Dict {
    return { ...record(this.app['window']), ...this.settingsOf(page) }
  }

  scriptOf(path: string): string | undefined {
    return [`${path}.js`, `${path}.ts`].find((file) => this.files[file] !== undefined)
  }

  /** Every page and every component reachable from one, with resolved references. */
  closure(): Map<string, ComponentInfo> {
    const found = new Map<string, ComponentInfo>()
    for (const page of this.pages) this.visit(page, found)
    return found
  }

  private listPages(): string[] {
    const pages = (Array.isArray(this.app['pages']) ? this.app['pages'] : []).map(String)
    const packages = this.app['subPackages'] ?? this.app['subpackages'] ?? []
    for (const part of (Array.isArray(packages) ? packages : []).map(record)) {
      const root = String(part['root'] ?? '').replace(/^\/|\/$/g, '')
      for (const page of Array.isArray(part['pages']) ? part['pages'] : [])
        pages.push(`${root}/${String(page)}`)
    }
    if (pages.length === 0) {
      throw new SourceError('app.json', 1, '"pages" names no page', 'list at least one page')
    }
    for (const page of pages) this.requirePage(page)
    return pages
  }

  private requirePage(page: string): void {
    const line = (): number => lineOfToken(this.files['app.json'] ?? '', page)
    if (this.files[`${page}.wxml`] === undefined) {
      throw new SourceError(
        'app.json',
        line(),
        `page "${page}" has no ${page}.wxml`,
        'create it or remove the entry',
      )
    }
    if (this.scriptOf(page) === undefined) {
      throw new SourceError(
        'app.json',
        line(),
        `page "${page}" has no ${page}.js`,
        'create it or remove the entry',
      )
    }
  }

  private listTabs(): TabItem[] {
    const list = record(this.app['tabBar'])['list']
    return (Array.isArray(list) ? list : []).map(record).map((item) => {
      const pagePath = String(item['pagePath'] ?? '').replace(/^\//, '')
      if (!this.pages.includes(pagePath)) {
        const line = lineOfToken(this.files['app.json'] ?? '', String(item['pagePath']))
        throw new SourceError(
          'app.json',
          line,
          `tab page "${pagePath}" is not in "pages"`,
          'add it to "pages"',
        )
      }
      return { pagePath, text: String(item['text'] ?? '') }
    })
  }

  private visit(path: string, found: Map<string, ComponentInfo>): void {
    if (found.has(path)) return
    const settings = this.settingsOf(path)
    const using: Dict<string> = {}
    const genericDefaults: Dict<string> = {}
    found.set(path, { path, settings, using, genericDefaults, isPage: this.isPage(path) })
    for (const [tag, reference] of Object.entries(record(this.app['usingComponents']))) {
      const target = this.component('app', tag, reference)
      if (target !== undefined && target !== path) using[tag] = target
    }
    for (const [tag, reference] of Object.entries(record(settings['usingComponents']))) {
      const target = this.component(path, tag, reference)
      if (target !== undefined) using[tag] = target
    }
    for (const [name, generic] of Object.entries(record(settings['componentGenerics']))) {
      const fallback = record(generic)['default']
      const target = typeof fallback === 'string' ? this.component(path, name, fallback) : undefined
      if (target !== undefined) genericDefaults[name] = target
    }
    for (const target of [...Object.values(using), ...Object.values(genericDefaults)])
      this.visit(target, found)
  }

  private component(owner: string, tag: string, reference: unknown): string | undefined {
    const file = `${owner}.json`
    const line = lineOfToken(this.files[file] ?? '', tag)
    if (typeof reference !== 'string') {
      throw new SourceError(file, line, `component "${tag}" has no path`, 'give the path as a string')
    }
    if (reference.startsWith('plugin')) {
      this.warn(file, line, `component "${tag}" comes from a plugin; plugins are not simulated`)
      return undefined
    }
    const target = this.locate(owner, reference)
    if (target !== undefined) return target
    if (!isVendor(owner)) {
      const what = `component "${tag}" refers to "${reference}", which does not exist`
      throw new SourceError(file, line, what, 'correct the path or create the component')
    }
    this.warn(file, line, `component "${tag}" refers to "${reference}", which does not exist`)
    return undefined
  }

  private locate(owner: string, reference: string): string | undefined {
    const candidates = [resolvePath(owner, reference)]
    if (!/^[./]/.test(reference)) candidates.push(...npmCandidates(owner, reference))
    for (const candidate of candidates.flatMap((path) => [path, `${path}/index`])) {
      if (this.files[`${candidate}.wxml`] !== undefined || this.files[`${candidate}.json`] !== undefined) {
        return candidate
      }
    }
    return undefined
  }

  private warn(path: string, line: number, message: string): void {
    this.diagnostics.push({ path, line, column: 1, level: 'warning', message })
  }
}
