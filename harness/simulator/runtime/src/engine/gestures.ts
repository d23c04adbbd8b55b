// From touches (or a mouse, or the driver) to tap, longpress and hover: WeChat's timing and distances.

import { toTouchPoint, type TouchPoint, type TouchSource } from './events'
import type { Hover } from './hover'
import { listensTo } from './nodes'

// Not documented: how far a finger may move in a tap.
const SLOP_PX = 10
// https://developers.weixin.qq.com/miniprogram/dev/framework/view/wxml/event.html: longpress after 350 ms.
const LONG_PRESS_MS = 350
/** After a touch the browser repeats it as mouse events; those within this time are not a mouse. */
const GHOST_MOUSE_MS = 800
const MOUSE_ID = -1

interface Press {
  x: number
  y: number
  timer: ReturnType<typeof setTimeout>
  tapSuppressed: boolean
}

/** An input event as this recogniser passes it on: a DOM event, or one made up. */
export type InputEvent = TouchSource & { target: EventTarget | null; preventDefault(): void }

/** A touch of the browser's own. */
type TouchInput = InputEvent & Pick<TouchEvent, 'touches' | 'changedTouches' | 'cancelable'>

type Emit = (event: InputEvent, type: string, detail: object) => void

export class Gestures {
  private readonly presses = new Map<number, Press>()
  /** Where each finger was when the app last heard of it. */
  private readonly told = new Map<number, Touch>()
  /** What each finger was put down on, where the browser says something else. */
  private readonly struck = new Map<number, Element>()
  private began = -Infinity
  private lastTouch = -Infinity
  private mouseDown = false

  constructor(
    private readonly emit: Emit,
    private readonly hover: Hover,
  ) {}

  listen(target: Document): void {
    const options = { capture: true, passive: false }
    const onTouch = (type: string, handle: (event: TouchInput, touch: Touch) => void): void => {
      target.addEventListener(
        type as 'touchstart',
        (given) => {
          this.lastTouch = performance.now()
          if (type === 'touchstart') this.began = given.timeStamp
          // While the browser pans it holds moves back, and may deliver one with the next touch.
          if (given.timeStamp < this.began) return
          const event = this.aimed(given)
          if (type === 'touchend') for (const touch of event.changedTouches) this.lastMove(event, touch)
          this.emit(event, type, {})
          for (const touch of event.changedTouches) handle(event, touch)
          if (type === 'touchcancel') this.told.clear()
          for (const touch of event.touches) this.told.set(touch.identifier, touch)
        },
        options,
      )
    }
    onTouch('touchstart', (event, touch) => this.start(event, touch))
    onTouch('touchmove', (_event, touch) => this.move(touch))
    onTouch('touchend', (event, touch) => this.end(event, touch))
    onTouch('touchcancel', (_event, touch) => this.cancel(touch.identifier))
    target.addEventListener('click', (event) => this.liftLost(event), options)
    target.addEventListener('mousedown', (event) => this.mouse(event, 'touchstart'), options)
    target.addEventListener('mousemove', (event) => this.mouse(event, 'touchmove'), options)
    target.addEventListener('mouseup', (event) => this.mouse(event, 'touchend'), options)
  }

  start(event: InputEvent, touch: TouchPoint | Touch): void {
    const timer = setTimeout(() => this.longPress(event, touch), LONG_PRESS_MS)
    this.presses.set(touch.identifier, { x: touch.clientX, y: touch.clientY, timer, tapSuppressed: false })
    this.hover.start(event.target as Node)
  }

  move(touch: TouchPoint | Touch): void {
    const press = this.presses.get(touch.identifier)
    if (!press) return
    if (Math.abs(press.x - touch.clientX) <= SLOP_PX && Math.abs(press.y - touch.clientY) <= SLOP_PX) return
    this.cancel(touch.identifier)
  }

  end(event: InputEvent, touch: TouchPoint | Touch): void {
    const press = this.presses.get(touch.identifier)
    this.cancel(touch.identifier)
    if (press && !press.tapSuppressed && !isDisabledButton(event.target)) this.fire(event, 'tap', touch)
  }

  cancel(identifier: number): void {
    const press = this.presses.get(identifier)
    if (press) clearTimeout(press.timer)
    this.presses.delete(identifier)
    this.hover.end()
  }

  /** Under load Chromium loses a touchend now and then, and yet makes the click that comes of it. */
  private liftLost({ isTrusted, clientX, clientY }: MouseEvent): void {
    const [touch, ...others] = this.told.values()
    if (!isTrusted || touch === undefined || others.length > 0) return
    if (Math.abs(touch.clientX - clientX) > SLOP_PX || Math.abs(touch.clientY - clientY) > SLOP_PX) return
    const lifted = { changedTouches: [touch], bubbles: true, cancelable: true, composed: true }
    touch.target.dispatchEvent(new TouchEvent('touchend', lifted))
  }

  /**
   * The event, of the node that is where the finger is. A finger is thick to Chromium: within 16 pixels of a
   * field it takes it to mean the field, and a text below it was never touched.
   */
  private aimed(event: TouchEvent): TouchInput {
    const [touch] = event.changedTouches
    if (!touch) return event
    if (event.type === 'touchstart') {
      const at = event.isTrusted ? document.elementFromPoint(touch.clientX, touch.clientY) : null
      if (at && at !== event.target) this.struck.set(touch.identifier, at)
      else this.struck.delete(touch.identifier)
    }
    const target = this.struck.get(touch.identifier)
    if (!target) return event
    const { touches, changedTouches, isTrusted, cancelable } = event
    return {
      target,
      touches,
      changedTouches,
      isTrusted,
      cancelable,
      preventDefault: () => event.preventDefault(),
    }
  }

  /** A finger that is lifted elsewhere than it was last seen has moved there, which the browser kept back. */
  private lastMove(event: TouchInput, touch: Touch): void {
    const told = this.told.get(touch.identifier)
    this.told.delete(touch.identifier)
    if (!told || (told.clientX === touch.clientX && told.clientY === touch.clientY)) return
    const made: InputEvent = {
      target: event.target,
      touches: [...event.touches, touch],
      changedTouches: [touch],
      isTrusted: true,
      preventDefault: () => undefined,
    }
    this.emit(made, 'touchmove', {})
    this.move(touch)
  }

  private longPress(event: InputEvent, touch: TouchPoint | Touch): void {
    const press = this.presses.get(touch.identifier)
    if (!press) return
    // WeChat fires no tap after a long press somebody listens to.
    press.tapSuppressed = someoneListens(event.target as Node, 'longpress')
    this.fire(event, 'longpress', touch)
    this.fire(event, 'longtap', touch)
  }

  private fire(event: InputEvent, type: string, touch: TouchPoint | Touch): void {
    this.emit(event, type, { x: touch.pageX, y: touch.pageY })
  }

  private mouse(event: MouseEvent, type: 'touchstart' | 'touchmove' | 'touchend'): void {
    if (performance.now() - this.lastTouch < GHOST_MOUSE_MS) return
    if (type === 'touchmove' && !this.mouseDown) return
    this.mouseDown = type !== 'touchend'
    const { clientX, clientY, pageX, pageY } = event
    const touch = toTouchPoint({ identifier: MOUSE_ID, clientX, clientY, pageX, pageY })
    const made: InputEvent = {
      target: event.target,
      touches: this.mouseDown ? [touch] : [],
      changedTouches: [touch],
      isTrusted: event.isTrusted,
      preventDefault: () => event.preventDefault(),
    }
    this.emit(made, type, {})
    if (type === 'touchstart') this.start(made, touch)
    else if (type === 'touchmove') this.move(touch)
    else this.end(made, touch)
  }
}

function isDisabledButton(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('wx-button[disabled]') !== null
}

function someoneListens(node: Node, type: string): boolean {
  for (let at: Node | null = node; at; at = at.parentNode) {
    const element = at.__wxElement
    if (element && listensTo(element, type)) return true
  }
  return false
}
