// Touches by which the host tries where touches arrive: seen here, and by nobody else in the frame.

interface Place {
  x?: number
  y?: number
}

const TOUCHES = ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const

export class TouchProbe {
  private on = false
  private place: Place = {}

  /** Before any code of an app: listeners of a window hear in the order in which they came. */
  constructor(target: Window) {
    for (const type of TOUCHES) {
      target.addEventListener(type, (event) => this.hear(event), { capture: true, passive: true })
    }
  }

  /** The place of the last touch since the probe began. */
  become(on: boolean): Place {
    const { place } = this
    this.on = on
    this.place = {}
    return place
  }

  private hear(event: TouchEvent): void {
    if (!this.on) return
    event.stopImmediatePropagation()
    const [touch] = event.touches
    if (event.type === 'touchstart' && touch) this.place = { x: touch.clientX, y: touch.clientY }
  }
}
