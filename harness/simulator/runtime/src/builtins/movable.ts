// <movable-area> and <movable-view>: a piece that follows the finger inside its area.
// https://developers.weixin.qq.com/miniprogram/dev/component/movable-area.html
// https://developers.weixin.qq.com/miniprogram/dev/component/movable-view.html

import type { TouchSource } from '../engine/events'
import type { EngineEvent } from '../engine/nodes'
import { any, Control, controlAround, flag, number, text, type BuiltinDeclaration } from './control'

/** Segment of the inline style that templates do not write. */
const STYLE_SEGMENT = 3
// Not documented: how long an animated move takes.
const MOVE_MS = 200

interface Point {
  x: number
  y: number
}

class MovableAreaControl extends Control {}

function pointOf(event: EngineEvent): Point | undefined {
  const source = event.getOriginalEvent() as TouchSource | undefined
  const [touch] = Array.from(
    (source?.changedTouches ?? []) as ArrayLike<{ clientX: number; clientY: number }>,
  )
  return touch && { x: touch.clientX, y: touch.clientY }
}

export class MovableViewControl extends Control {
  private at: Point = { x: 0, y: 0 }
  private held: { finger: Point; from: Point; axis: '' | 'x' | 'y' } | undefined

  override attached(): void {
    this.listen('touchstart', (event) => this.hold(event))
    this.listen('touchmove', (event) => this.drag(event))
    for (const type of ['touchend', 'touchcancel']) this.listen(type, () => this.release())
    this.changed('direction')
    this.place({ x: this.length('x'), y: this.length('y') }, false)
  }

  override changed(name: string): void {
    if (name === 'direction' || name === 'disabled') this.paint(0)
    if (name === 'x' || name === 'y') this.moveTo(this.length('x'), this.length('y'))
    if (name === 'scaleValue') this.zoom()
  }

  /** Moves the piece as the app does by `x` and `y`. */
  moveTo(x: number, y: number): void {
    if (this.place({ x, y }, this.data['animation'] !== false)) this.tell('')
  }

  private length(name: 'x' | 'y'): number {
    return parseFloat(this.string(name)) || 0
  }

  private get scale(): number {
    if (this.data['scale'] !== true) return 1
    const [least, most] = [Number(this.data['scaleMin']), Number(this.data['scaleMax'])]
    return Math.max(least, Math.min(most, Number(this.data['scaleValue']) || 1))
  }

  private moves(axis: 'x' | 'y'): boolean {
    const direction = this.string('direction')
    return direction === 'all' || direction === (axis === 'x' ? 'horizontal' : 'vertical')
  }

  private inside(wanted: Point): Point {
    const area = controlAround(this, MovableAreaControl)?.dom
    if (!area) return wanted
    const bound = (value: number, room: number): number =>
      Math.max(Math.min(0, room), Math.min(Math.max(0, room), value))
    return {
      x: bound(wanted.x, area.clientWidth - this.dom.offsetWidth),
      y: bound(wanted.y, area.clientHeight - this.dom.offsetHeight),
    }
  }

  /** Whether it is somewhere else now. */
  private place(wanted: Point, animated: boolean, bounded = true): boolean {
    const to = bounded ? this.inside(wanted) : wanted
    if (to.x === this.at.x && to.y === this.at.y) return false
    this.at = to
    this.paint(animated ? MOVE_MS : 0)
    return true
  }

  private paint(duration: number): void {
    const [x, y] = [this.at.x, this.at.y]
    const pan = this.moves('x') ? (this.moves('y') ? 'none' : 'pan-y') : this.moves('y') ? 'pan-x' : 'auto'
    this.node.setNodeStyle(
      `transform:translate(${x}px,${y}px) scale(${this.scale});touch-action:${pan};` +
        `transition:transform ${duration}ms`,
      STYLE_SEGMENT,
    )
    this.set({ _translateX: x, _translateY: y })
  }

  private zoom(): void {
    this.paint(0)
    if (this.data['scale'] === true) this.fire('scale', { ...this.at, scale: this.scale })
  }

  private tell(source: string): void {
    this.fire('change', { ...this.at, source })
  }

  private hold(event: EngineEvent): void {
    const finger = pointOf(event)
    if (!finger || this.data['disabled'] === true || this.string('direction') === 'none') return
    this.held = { finger, from: this.at, axis: '' }
  }

  private drag(event: EngineEvent): void {
    const finger = pointOf(event)
    const { held } = this
    if (!held || !finger) return
    const way = { x: finger.x - held.finger.x, y: finger.y - held.finger.y }
    if (held.axis === '') {
      held.axis = Math.abs(way.x) >= Math.abs(way.y) ? 'x' : 'y'
      this.fire(held.axis === 'x' ? 'htouchmove' : 'vtouchmove', {})
    }
    const wanted = {
      x: held.from.x + (this.moves('x') ? way.x : 0),
      y: held.from.y + (this.moves('y') ? way.y : 0),
    }
    const free = this.data['outOfBounds'] === true
    const inside = this.inside(wanted)
    const outside = inside.x !== wanted.x || inside.y !== wanted.y
    if (this.place(wanted, false, !free)) this.tell(free && outside ? 'touch-out-of-bounds' : 'touch')
  }

  private release(): void {
    this.held = undefined
    if (this.place(this.at, true)) this.tell('out-of-bounds')
  }
}

export const movableArea: BuiltinDeclaration = {
  tag: 'movable-area',
  template: '<slot/>',
  properties: { scaleArea: flag() },
  control: MovableAreaControl,
}

export const movableView: BuiltinDeclaration = {
  tag: 'movable-view',
  template: '<slot/>',
  data: { _translateX: 0, _translateY: 0 },
  properties: {
    direction: text('none'),
    inertia: flag(),
    outOfBounds: flag(),
    x: any(0),
    y: any(0),
    damping: number(20),
    friction: number(2),
    disabled: flag(),
    scale: flag(),
    scaleMin: number(0.5),
    scaleMax: number(10),
    scaleValue: number(1),
    animation: flag(true),
  },
  control: MovableViewControl,
}
