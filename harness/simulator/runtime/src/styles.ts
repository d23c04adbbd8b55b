// Style sheets in the document: built-in ones and app.wxss always, a component's once it is used, a page's
// only while the page is on top (page WXSS has no prefix and would leak into other pages).

import { isVendor, type ComponentInfo } from './config'
import { shortHash } from './paths'
import type { Diagnostics } from './app/diagnostics'
import type { Dict } from './types'
import { wxssToCss } from './wxss/transform'

const ISOLATIONS = [
  'isolated',
  'apply-shared',
  'shared',
  'page-isolated',
  'page-apply-shared',
  'page-shared',
] as const
type Isolation = (typeof ISOLATIONS)[number]

export const isIsolation = (value: unknown): value is Isolation => ISOLATIONS.some((name) => name === value)

export class StyleSheets {
  private readonly elements = new Map<string, HTMLStyleElement>()
  private readonly prefixes = new Map<string, string>()
  /** Pages with one of the `page-…` isolations: app.wxss is not for them. */
  private readonly withoutApp = new Set<string>()

  constructor(
    private readonly files: Dict<string>,
    private readonly width: number,
    private readonly diagnostics: Pick<Diagnostics, 'push'>,
  ) {}

  addBuiltin(css: string): void {
    this.append('builtin', css)
  }

  addApp(sheets: readonly string[]): void {
    this.append('app.wxss', sheets.map((path) => this.compile(path)).join('\n'))
  }

  /** The class prefix of a page or component; undefined when its styles are shared. */
  declare(info: ComponentInfo): string | undefined {
    return this.isolate(info.path, isolationOf(info))
  }

  /** The same for an isolation named later, in the script. */
  isolate(path: string, isolation: Isolation): string | undefined {
    if (isolation.startsWith('page-')) this.withoutApp.add(path)
    else this.withoutApp.delete(path)
    if (isolation.endsWith('shared') && !isolation.endsWith('apply-shared')) {
      this.prefixes.delete(path)
      return undefined
    }
    const prefix = `c${shortHash(path)}`
    this.prefixes.set(path, prefix)
    return prefix
  }

  useComponent(path: string): void {
    const file = `${path}.wxss`
    if (this.files[file] === undefined || this.elements.has(path)) return
    this.append(path, this.compile(file, this.prefixes.get(path)))
  }

  showPage(path: string): void {
    const app = this.elements.get('app.wxss')
    if (app) app.media = this.withoutApp.has(path) ? 'not all' : ''
    const file = `${path}.wxss`
    if (this.files[file] === undefined) return
    const element = this.elements.get(path) ?? this.append(path, this.compile(file, this.prefixes.get(path)))
    document.head.append(element)
    element.media = ''
  }

  hidePage(path: string): void {
    const element = this.elements.get(path)
    if (element) element.media = 'not all'
  }

  private compile(path: string, prefix?: string): string {
    return wxssToCss(path, this.files, {
      width: this.width,
      prefix,
      onMissing: (missing, importer) => {
        // In a sheet of the app that was told when the sheets were checked.
        if (!isVendor(importer)) return
        const message = `@import of ${missing}, which does not exist`
        this.diagnostics.push({ path: importer, level: 'warning', message })
      },
    })
  }

  private append(key: string, css: string): HTMLStyleElement {
    const element = document.createElement('style')
    element.dataset['source'] = key
    element.textContent = css
    document.head.append(element)
    this.elements.set(key, element)
    return element
  }
}

function isolationOf({ settings, isPage }: ComponentInfo): Isolation {
  const declared = settings['styleIsolation']
  if (isIsolation(declared)) return declared
  if (isPage || settings['component'] !== true) return 'shared'
  return settings['addGlobalClass'] === true ? 'apply-shared' : 'isolated'
}
