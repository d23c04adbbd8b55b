// Pulling the page down with a finger at its top: the three dots, and onPullDownRefresh when it is let go.

import type { AppConfig } from '../config'
import type { Exceptions } from './exceptions'
import type { Pages } from './pages'

// Not documented.
const FAR_ENOUGH_PX = 60
const SCROLL_VIEW = 'wx-scroll-view[scroll-y]'

export class PullDown {
  private startY: number | undefined

  constructor(
    private readonly config: AppConfig,
    private readonly pages: Pages,
    private readonly exceptions: Exceptions,
    private readonly draw: (refreshing: boolean) => void,
  ) {}

  listen(target: Document): void {
    target.addEventListener('touchstart', (event) => this.start(event), { passive: true })
    target.addEventListener('touchend', ({ changedTouches }) => this.end(changedTouches), { passive: true })
    target.addEventListener('touchcancel', () => (this.startY = undefined), { passive: true })
  }

  private start({ touches, target }: TouchEvent): void {
    const entry = this.pages.top
    const wanted = entry && this.config.windowOf(entry.route)['enablePullDownRefresh'] === true
    // A finger on a scroll-view moves that, never the page.
    const enabled = wanted && target instanceof Element && !target.closest(SCROLL_VIEW)
    this.startY = enabled && touches.length === 1 && window.scrollY <= 0 ? touches[0]?.clientY : undefined
  }

  /** Only the ends count: while a page scrolls, the browser tells of few places between. */
  private end(touches: TouchList): void {
    const entry = this.pages.top
    const pulled = (touches[0]?.clientY ?? 0) - (this.startY ?? Infinity)
    this.startY = undefined
    if (pulled < FAR_ENOUGH_PX || window.scrollY > 0 || !entry) return
    this.draw(true)
    this.exceptions.call(entry.instance, 'onPullDownRefresh')
  }
}
