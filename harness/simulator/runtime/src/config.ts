// app.json and the settings of pages and components: which pages exist, which components they use and
// where those are. What app.json itself says was checked before the app came here.
// What is wrong is told with the file and the line of the entry at fault; only app.json itself ends the
// start.

import { refuse, SourceError, type OnSourceError } from './errors'
import { lineOfToken, parseJsonFile } from './json-source'
import { nearest } from './nearest'
import { npmCandidates, resolvePath } from './paths'
import { globalTag } from './source-errors'
import type { Diagnostic, Dict } from './types'

interface TabItem {
  pagePath: string
  text: string
  iconPath: string
  selectedIconPath: string
}

/** Where the app's own tab bar is, when `tabBar.custom` asks for one. */
export const CUSTOM_TAB_BAR = 'custom-tab-bar/index'

export interface ComponentInfo {
  readonly path: string
  readonly settings: Dict
  /** Tag name → path of the component, without a leading slash. */
  readonly using: Dict<string>
  /** Generic name → path of its default component. */
  readonly genericDefaults: Dict<string>
  readonly isPage: boolean
}

/** Settings of app.json for what is not simulated, and what happens instead. */
const NOT_SIMULATED: Dict<string> = {
  workers: 'workers are not simulated: wx.createWorker fails',
  plugins: 'plugins are not simulated: their components stay empty, requirePlugin throws',
  renderer: 'only the webview renderer is simulated: pages of Skyline are drawn by it',
}

/** Packages that WeChat brings itself where app.json asks for them (`useExtendedLib`). */
const EXTENDED_LIBRARIES = ['weui-miniprogram', 'miniprogram-element', 'miniprogram-render']
/** Sheets that such a library lends the app: app.wxss need not import them. */
const EXTENDED_SHEETS: Dict<string> = { weui: 'weui-miniprogram/weui-wxss/dist/style/weui.wxss' }

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

  constructor(
    private readonly files: Dict<string>,
    private readonly onError: OnSourceError = refuse,
  ) {
    if (files['app.json'] === undefined) {
      throw new SourceError(
        'app.json',
        1,
        'the file is missing',
        'point the simulator at the folder that holds it',
      )
    }
    this.app = parseJsonFile('app.json', files['app.json'])
    for (const [name, what] of Object.entries(NOT_SIMULATED)) {
      const asked = this.app[name]
      if (asked !== undefined && asked !== 'webview') {
        this.warn('app.json', lineOfToken(files['app.json'], name), what)
      }
    }
    this.pages = this.listPages()
    this.tabs = this.listTabs()
  }

  /** Prefixes of module paths that stand for others. */
  get resolveAlias(): Dict {
    return record(this.app['resolveAlias'])
  }

  /** What theme.json says: `light` and `dark` variables. */
  get themes(): Dict {
    const place = this.app['themeLocation']
    const file = typeof place === 'string' ? resolvePath('', place) : undefined
    const text = file === undefined ? undefined : this.files[file]
    if (file === undefined) return {}
    if (text !== undefined) return this.parsed(file, text) ?? {}
    const line = lineOfToken(this.files['app.json'] ?? '', 'themeLocation')
    const close = nearest(
      file,
      Object.keys(this.files).filter((name) => name.endsWith('.json')),
    )
    const what = `"themeLocation" names ${file}, which does not exist`
    this.onError(new SourceError('app.json', line, what, 'correct the path or create the file', close))
    return {}
  }

  /** The sheets that are for the whole app, the one of its own last. */
  get sheets(): string[] {
    const asked = record(this.app['useExtendedLib'])
    const lent = Object.entries(EXTENDED_SHEETS).flatMap(([name, sheet]) =>
      asked[name] === true ? npmCandidates('app', sheet) : [],
    )
    return [...lent, 'app.wxss'].filter((path) => this.files[path] !== undefined)
  }

  get entryPage(): string {
    const entry = this.app['entryPagePath']
    return typeof entry === 'string' ? entry : (this.pages[0] ?? '')
  }

  /** The `tabBar` settings of app.json. */
  get tabBar(): Dict {
    return record(this.app['tabBar'])
  }

  get hasCustomTabBar(): boolean {
    return this.tabBar['custom'] === true
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
      // Whether it is a component is what a broken file cannot say, and its user cannot help.
      settings =
        text === undefined ? {} : (this.parsed(`${path}.json`, text) ?? { component: !this.isPage(path) })
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
    if (this.hasCustomTabBar) this.visit(CUSTOM_TAB_BAR, found)
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
    return pages.map((page) => page.replace(/\.wxml$/, ''))
  }

  private listTabs(): TabItem[] {
    const { list } = this.tabBar
    return (Array.isArray(list) ? list : []).map(record).map((item) => ({
      pagePath: String(item['pagePath'] ?? ''),
      text: String(item['text'] ?? ''),
      iconPath: String(item['iconPath'] ?? ''),
      selectedIconPath: String(item['selectedIconPath'] ?? ''),
    }))
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
    const refuse = (what: string, todo: string, close?: string, by = file): void => {
      // What is wrong in a library is only told.
      if (isVendor(by)) this.warn(by, line, what)
      else
        this.onError(new SourceError(file, line, what, todo, close), owner === 'app' ? globalTag(tag) : file)
    }
    if (typeof reference !== 'string') {
      refuse(`component "${tag}" has no path`, 'give the path as a string')
      return undefined
    }
    if (reference.startsWith('plugin')) {
      this.warn(file, line, `component "${tag}" comes from a plugin; plugins are not simulated`)
      return undefined
    }
    const target = this.locate(owner, reference)
    if (target === undefined) {
      const what = `component "${tag}" refers to "${reference}", which does not exist`
      refuse(what, this.howToFind(reference), this.nearestComponent(owner, reference))
      return undefined
    }
    if (this.files[`${target}.wxml`] !== undefined && this.settingsOf(target)['component'] !== true) {
      const what = `component "${tag}" is no component: ${target}.json does not say so`
      const by = isVendor(target) ? target : file
      refuse(what, `put "component": true into ${target}.json`, undefined, by)
    }
    return target
  }

  /** The object a JSON file holds; undefined where it holds none, which is told. */
  private parsed(file: string, text: string): Dict | undefined {
    try {
      return parseJsonFile(file, text)
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      this.onError(error)
      return undefined
    }
  }

  private howToFind(reference: string): string {
    const isPackage = !/^[./]/.test(reference)
    const library = EXTENDED_LIBRARIES.find((name) => reference.startsWith(`${name}/`))
    if (library !== undefined && this.app['useExtendedLib'] !== undefined) {
      return `run npm install ${library}: the simulator takes extended libraries from the project`
    }
    return isPackage
      ? 'correct the path, or run npm install if it is a package'
      : 'correct the path or create the component'
  }

  private nearestComponent(owner: string, reference: string): string | undefined {
    const wanted = resolvePath(owner, reference)
    const known = Object.keys(this.files).filter((file) => file.endsWith('.wxml'))
    const close = nearest(
      wanted,
      known.map((file) => file.slice(0, -5)),
    )
    return close === undefined ? undefined : `/${close}`
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
    this.diagnostics.push({ path, line, level: 'warning', message })
  }
}
