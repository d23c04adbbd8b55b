// Window scrolling made page events: onPageScroll, and onReachBottom once per approach to the bottom.

import type { AppConfig } from '../config'
import type { Exceptions } from './exceptions'
import type { PageEntry, Pages } from './pages'

// https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/page.html: onReachBottomDistance.
const DEFAULT_REACH_BOTTOM_PX = 50

export class Scrolling {
  /** The page that was at its bottom when it was scrolled last, and where that was. */
  private reached: { entry: PageEntry; scrollTop: number } | undefined

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
    const isNear = (scrollTop: number): boolean => scrollHeight - clientHeight - scrollTop < distance
    const near = isNear(window.scrollY)
    // A page that has grown has left its bottom without being scrolled.
    const already = this.reached?.entry === entry && isNear(this.reached.scrollTop)
    this.reached = near ? { entry, scrollTop: window.scrollY } : undefined
    if (near && !already) this.exceptions.call(entry.instance, 'onReachBottom')
  }
}
