// One wheel of a picker: a column that snaps to its items and says which one came to rest in the middle.

import { node } from './dom'

// Not documented.
const WHEEL_ITEM_PX = 48
/** Items above and below the chosen one. */
const AROUND = 2
const SETTLED_MS = 120

export class Wheel {
  readonly dom = node('div', 'sim-wheel')
  private readonly list = node('div', 'sim-wheel-list')
  private timer: ReturnType<typeof setTimeout> | undefined
  private at = 0

  constructor(
    labels: readonly string[],
    index: number,
    private readonly onSettle: (index: number) => void,
  ) {
    this.dom.append(this.list, node('div', 'sim-wheel-mask'))
    this.list.addEventListener('scroll', () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.settle(), SETTLED_MS)
    })
    this.show(labels, index)
  }

  /** The item in the middle, also while the wheel still turns. */
  get index(): number {
    const items = this.list.childElementCount - 2 * AROUND
    const there = this.dom.isConnected ? Math.round(this.list.scrollTop / WHEEL_ITEM_PX) : this.at
    return Math.max(0, Math.min(items - 1, there))
  }

  show(labels: readonly string[], index: number): void {
    const gaps = (): HTMLElement[] => Array.from({ length: AROUND }, () => node('div', 'sim-wheel-item'))
    const items = labels.map((label, position) => {
      const item = node('div', 'sim-wheel-item', label)
      item.addEventListener('click', () => {
        this.list.scrollTo({ top: position * WHEEL_ITEM_PX, behavior: 'instant' })
      })
      return item
    })
    this.list.replaceChildren(...gaps(), ...items, ...gaps())
    this.at = Math.max(0, Math.min(labels.length - 1, index))
    this.place()
  }

  /** Scrolls to the chosen item: only possible once it is drawn. */
  place(): void {
    this.list.scrollTop = this.at * WHEEL_ITEM_PX
  }

  private settle(): void {
    if (this.index === this.at) return
    this.at = this.index
    this.onSettle(this.at)
  }
}
