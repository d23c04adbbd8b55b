// Style sheets in the document: built-in ones and app.wxss always, a component's once it is used, a page's
// only while the page is on top (page WXSS has no prefix and would leak into other pages).

import type { ComponentInfo } from './config'
import { shortHash } from './paths'
import type { Diagnostics } from './app/diagnostics'
import type { Dict } from './types'
import { wxssToCss } from './wxss/transform'

export type Isolation = 'isolated' | 'apply-shared' | 'shared'

export class StyleSheets {
  private readonly elements = new Map<string, HTMLStyleElement>()
  private readonly prefixes = new Map<string, string>()

  constructor(
    private readonly files: Dict<string>,
    private readonly width: number,
    private readonly diagnostics: Pick<Diagnostics, 'push'>,
  ) {}

  addBuiltin(css: string): void {
    this.append('builtin', css)
  }

  addApp(): void {
    if (this.files['app.wxss'] !== undefined) this.append('app.wxss', this.compile('app.wxss'))
  }

  /** The class prefix of a page or component; undefined when its styles are shared. */
  declare(info: ComponentInfo): string | undefined {
    const isolation = isolationOf(info)
    if (isolation === 'shared') return undefined
    const prefix = `c${shortHash(info.path)}`
    this.prefixes.set(info.path, prefix)
    return prefix
  }

  /** The script of a component may ask for shared styles, after it was declared. */
  share(path: string): void {
    this.prefixes.delete(path)
  }

  useComponent(path: string): void {
    const file = `${path}.wxss`
    if (this.files[file] === undefined || this.elements.has(path)) return
    this.append(path, this.compile(file, this.prefixes.get(path)))
  }

  showPage(path: string): void {
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
        const message = `@import of ${missing}, which does not exist`
        this.diagnostics.push({ path: importer, line: 1, column: 1, level: 'warning', message })
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
  if (declared === 'shared' || declared === 'page-shared') return 'shared'
  if (declared === 'apply-shared' || declared === 'page-apply-shared') return 'apply-shared'
  if (declared === 'isolated' || declared === 'page-isolated') return 'isolated'
  if (isPage || settings['component'] !== true) return 'shared'
  return settings['addGlobalClass'] === true ? 'apply-shared' : 'isolated'
}
