// Window scrolling made page events: onPageScroll, and onReachBottom once per approach to the bottom.

import type { AppConfig } from '../config'
import type { Exceptions } from './exceptions'
import type { PageEntry, Pages } from './pages'

const DEFAULT_REACH_BOTTOM_PX = 50

export class Scrolling {
  private reached: PageEntry | undefined

  constructor(
    private readonly config: AppConfig,
    private readonly pages: Pages,
    private readonly exceptions: Exceptions,
  ) {}

  listen(target: Window): void {
    target.addEventListener('scroll', () => this.onScroll())
  }

  private onScroll(): void {
    const entry = this.pages.top
    if (!entry) return
    this.exceptions.call(entry.instance, 'onPageScroll', { scrollTop: window.scrollY })
    const { scrollHeight, clientHeight } = document.documentElement
    const distance = Number(
      this.config.windowOf(entry.route)['onReachBottomDistance'] ?? DEFAULT_REACH_BOTTOM_PX,
    )
    const near = scrollHeight - clientHeight - window.scrollY < distance
    if (near && this.reached !== entry) this.exceptions.call(entry.instance, 'onReachBottom')
    this.reached = near ? entry : undefined
  }
}
