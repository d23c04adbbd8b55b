// Pulling a <scroll-view> down: how far it is pulled, when that refreshes, and what the app hears of it.

/** What a scroll-view gives its refresher. */
interface Pulled {
  readonly atTop: boolean
  readonly enabled: boolean
  readonly threshold: number
  show(height: number): void
  fire(type: string, detail: object): void
}

/**
 * A finger moves the content by less than its own way.
 * Not documented.
 */
const RESISTANCE = 0.5

export class Refresher {
  private start: number | undefined
  private dy = 0
  private refreshing = false

  constructor(private readonly view: Pulled) {}

  press(y: number): void {
    if (this.view.enabled && this.view.atTop && !this.refreshing) this.start = y
  }

  move(y: number): void {
    if (this.start === undefined) return
    const dy = Math.max(0, (y - this.start) * RESISTANCE)
    if (dy === 0 && this.dy === 0) return
    this.dy = dy
    this.view.show(dy)
    this.view.fire('refresherpulling', { dy })
  }

  release(): void {
    const { dy, start } = this
    this.start = undefined
    this.dy = 0
    if (start === undefined || dy === 0) return
    if (dy >= this.view.threshold) {
      this.refresh(dy)
      return
    }
    this.view.show(0)
    this.view.fire('refresherabort', { dy })
  }

  /** `refresher-triggered`: the app starts it, or says that it is done. */
  trigger(on: boolean): void {
    if (on && !this.refreshing) this.refresh(this.view.threshold)
    if (on || !this.refreshing) return
    this.refreshing = false
    this.view.show(0)
    this.view.fire('refresherrestore', {})
  }

  private refresh(dy: number): void {
    this.refreshing = true
    this.view.show(this.view.threshold)
    this.view.fire('refresherrefresh', { dy })
  }
}
