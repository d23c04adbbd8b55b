// What stands around the page: the shell draws navigation bar and tab bar from the messages sent here.

import type { Bridge } from '../bridge'
import type { AppConfig } from '../config'
import type { Dict } from '../types'
import type { PageEntry, Pages } from './pages'

const TEXT_COLOURS: Dict<string> = { black: '#000000', white: '#ffffff' }

export class Chrome {
  constructor(
    private readonly config: AppConfig,
    private readonly pages: Pages,
    private readonly bridge: Bridge,
  ) {}

  /** Tells the shell what belongs around the page on top. */
  update(entry: PageEntry): void {
    const settings = { ...this.config.windowOf(entry.route), ...entry.bar }
    const content = settings['backgroundColorContent']
    document.body.style.setProperty('--page-background', typeof content === 'string' ? content : '')
    const textStyle = String(settings['navigationBarTextStyle'] ?? 'white')
    this.bridge.tell('chrome', {
      title: String(settings['navigationBarTitleText'] ?? ''),
      background: String(settings['navigationBarBackgroundColor'] ?? '#000000'),
      frontColor: TEXT_COLOURS[textStyle] ?? textStyle,
      canGoBack: this.pages.stack.length > 1,
      customNavigation: settings['navigationStyle'] === 'custom',
      tabs: this.config.isTab(entry.route) ? this.tabs(entry.route) : null,
    })
  }

  /** Changes navigation bar settings of a page; the shell hears of it when the page is on top. */
  setBar(entry: PageEntry, settings: Dict): void {
    Object.assign(entry.bar, settings)
    if (this.pages.top === entry) this.update(entry)
  }

  private tabs(route: string): Dict[] {
    return this.config.tabs.map(({ text, pagePath }) => ({ text, pagePath, selected: pagePath === route }))
  }
}
