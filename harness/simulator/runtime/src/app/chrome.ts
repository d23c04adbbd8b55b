// What stands around the page: the shell draws navigation bar, tab bar and background as told here.

import type { Bridge } from '../bridge'
import type { AppConfig } from '../config'
import type { Dict } from '../types'
import type { PageEntry, Pages } from './pages'
import { TabBar } from './tab-bar'
import type { Theme } from './theme'

/** A page that is or will be on top. */
interface Shown {
  readonly route: string
  /** Settings the app changed at run time. */
  readonly bar: Dict
  /** Pages on the stack, with this one. */
  readonly depth: number
}

const RESIZED_WITHIN_MS = 500

const TEXT_COLOURS: Dict<string> = { black: '#000000', white: '#ffffff' }

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export class Chrome {
  readonly tabBar: TabBar

  constructor(
    private readonly config: AppConfig,
    private readonly pages: Pages,
    private readonly bridge: Bridge,
    private readonly theme: Theme,
  ) {
    this.tabBar = new TabBar(config)
  }

  /** Draws what belongs around a page before it is there: its code then finds the window it will have. */
  async arrange(shown: Shown): Promise<void> {
    const answer = await this.bridge.ask('chrome', this.around(shown))
    const height = Math.round(Number(answer?.['height']))
    if (!Number.isFinite(height)) return
    const deadline = performance.now() + RESIZED_WITHIN_MS
    while (Math.round(window.innerHeight) !== height && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve))
    }
  }

  /** Tells the shell what belongs around the page on top. */
  update({ route, bar }: PageEntry): void {
    this.bridge.tell('chrome', this.around({ route, bar, depth: this.pages.stack.length }))
  }

  private around({ route, bar, depth }: Shown): Dict {
    const settings = this.theme.apply({ ...this.config.windowOf(route), ...bar })
    const content = settings['backgroundColorContent']
    const { style } = document.body
    style.cssText = text(settings['pageStyle'])
    style.setProperty('--page-background', text(content))
    style.setProperty('--dots', settings['backgroundTextStyle'] === 'light' ? '#ffffff' : '')
    document.documentElement.style.fontSize = text(settings['rootFontSize'])
    const textStyle = String(settings['navigationBarTextStyle'] ?? 'white')
    const canGoBack = depth > 1
    return {
      title: String(settings['navigationBarTitleText'] ?? ''),
      background: String(settings['navigationBarBackgroundColor'] ?? '#000000'),
      frontColor: TEXT_COLOURS[textStyle] ?? textStyle,
      windowBackground: String(settings['backgroundColor'] ?? '#ffffff'),
      loading: settings['loading'] === true,
      canGoBack,
      canGoHome: !canGoBack && settings['homeButton'] !== false && !this.isHome(route),
      customNavigation: settings['navigationStyle'] === 'custom',
      tabs: this.tabBar.under(route, this.theme),
    }
  }

  /** Changes navigation bar settings of a page; the shell hears of it when the page is on top. */
  setBar(entry: PageEntry, settings: Dict): void {
    Object.assign(entry.bar, settings)
    if (this.pages.top === entry) this.update(entry)
  }

  /** Pages without a home button: the entry page and the tabs. */
  private isHome(route: string): boolean {
    return route === this.config.entryPage || this.config.isTab(route)
  }
}
