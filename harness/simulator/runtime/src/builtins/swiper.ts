// <swiper> and <swiper-item>: one item at a time, moved by the finger, by the clock or by the app.
// https://developers.weixin.qq.com/miniprogram/dev/component/swiper.html
// https://developers.weixin.qq.com/miniprogram/dev/component/swiper-item.html

import { whenOver } from '../engine/animation'
import type { TouchSource } from '../engine/events'
import { domOf, type EngineEvent } from '../engine/nodes'
import {
  any,
  Control,
  controlAround,
  controlOf,
  flag,
  number,
  text,
  type BuiltinDeclaration,
} from './control'

/**
 * Of an item's length: a finger that moved further turns to the next one.
 * Not documented.
 */
const TURN = 0.3
/**
 * A quick finger turns after this many pixels already.
 * Not documented.
 */
const FLICK_PX = 30
const FLICK_MS = 300
/**
 * Items that jump further than this in one step are not animated: they come round the back.
 * Not documented.
 */
const JUMP = 1.5

type Source = '' | 'autoplay' | 'touch'

interface Point {
  clientX: number
  clientY: number
}

const EASINGS: Record<string, string> = {
  default: 'cubic-bezier(0.22, 0.61, 0.36, 1)',
  linear: 'linear',
  easeInCubic: 'cubic-bezier(0.55, 0.06, 0.68, 0.19)',
  easeOutCubic: 'cubic-bezier(0.22, 0.61, 0.36, 1)',
  easeInOutCubic: 'cubic-bezier(0.65, 0.05, 0.36, 1)',
}

export class SwiperControl extends Control {
  private held: { at: Point; since: number; moved: number } | undefined
  private timer: ReturnType<typeof setInterval> | undefined
  /** Counts the turns: one that another overtakes has no end of its own. */
  private turns = 0
  private shown = 0
  private readonly offsets = new WeakMap<HTMLElement, number>()

  override attached(): void {
    this.layout()
    this.show(this.clamp(this.wanted), 0)
    this.autoplay()
    this.listen('touchstart', (event) => this.press(event))
    this.listen('touchmove', (event) => this.move(event))
    this.listen('touchend', () => this.release())
    this.listen('touchcancel', () => this.release())
  }

  override detached(): void {
    clearInterval(this.timer)
    this.turns++
  }

  override changed(name: string): void {
    if (name === 'current' || name === 'currentItemId') this.go(this.wanted, '')
    else if (name === 'autoplay' || name === 'interval') this.autoplay()
    else this.layout()
  }

  /** Shows an item as a finger's swipe does. */
  swipeTo(index: number): void {
    this.go(index, 'touch')
  }

  /** Puts the items side by side; called again when one comes or goes. */
  layout(): void {
    const { items } = this
    const share = `${100 / this.together}%`
    const margins = `${this.margin('previousMargin')} ${this.margin('nextMargin')}`.split(' ')
    this.track.style.inset = this.vertical
      ? `${margins[0] ?? 0} 0 ${margins[1] ?? 0}`
      : `0 ${margins[1] ?? 0} 0 ${margins[0] ?? 0}`
    for (const item of items) {
      item.style.width = this.vertical ? '' : share
      item.style.height = this.vertical ? share : ''
    }
    this.dom.style.touchAction = this.vertical ? 'pan-x' : 'pan-y'
    if (this.data['itemCount'] !== items.length) this.set({ itemCount: items.length })
    this.show(this.clamp(this.shown), 0)
  }

  private get wanted(): number {
    const id = this.string('currentItemId')
    const named = this.items.findIndex((item) => itemIdOf(item) === id)
    return id !== '' && named >= 0 ? named : Number(this.data['current']) || 0
  }

  private get vertical(): boolean {
    return this.data['vertical'] === true
  }

  private get circular(): boolean {
    return this.data['circular'] === true && this.items.length > this.together
  }

  private get together(): number {
    return Math.max(1, Number(this.data['displayMultipleItems']) || 1)
  }

  private margin(name: string): string {
    return this.string(name).trim().split(/\s+/)[0] || '0px'
  }

  private get track(): HTMLElement {
    return this.dom.firstElementChild as HTMLElement
  }

  private get items(): HTMLElement[] {
    return [...this.track.children].filter((child) => child.tagName === 'WX-SWIPER-ITEM') as HTMLElement[]
  }

  private clamp(index: number): number {
    const count = this.items.length
    if (count === 0) return index
    if (this.circular) return ((index % count) + count) % count
    return Math.max(0, Math.min(count - this.together, index))
  }

  private show(index: number, duration: number): void {
    this.shown = index
    this.place(index, duration)
    if (this.data['shownIndex'] !== index) this.set({ shownIndex: index })
  }

  /** Draws the items around a position, which may lie between two of them. */
  private place(position: number, duration: number): void {
    const { items } = this
    const count = items.length
    const easing = EASINGS[this.string('easingFunction')] ?? EASINGS['default'] ?? 'ease'
    items.forEach((item, index) => {
      let offset = index - position
      if (this.circular) offset -= count * Math.round((offset - (this.together - 1) / 2) / count)
      const jumps = Math.abs(offset - (this.offsets.get(item) ?? offset)) > JUMP
      this.offsets.set(item, offset)
      item.style.transition = duration === 0 || jumps ? 'none' : `transform ${duration}ms ${easing}`
      item.style.transform = `translate${this.vertical ? 'Y' : 'X'}(${offset * 100}%)`
    })
  }

  private go(wanted: number, source: Source): void {
    const index = this.clamp(wanted)
    const duration = Number(this.data['duration'])
    if (index === this.shown) {
      this.place(index, duration)
      return
    }
    this.show(index, duration)
    this.set({ current: index })
    const item = this.items[index]
    const detail = { current: index, currentItemId: item ? itemIdOf(item) : '', source }
    this.fire('change', detail)
    const turn = ++this.turns
    const animations = this.items.flatMap((each) => each.getAnimations())
    const sliding = animations.filter((each) => each instanceof CSSTransition)
    whenOver(sliding, duration, () => {
      if (turn === this.turns) this.fire('animationfinish', detail)
    })
  }

  private autoplay(): void {
    clearInterval(this.timer)
    if (this.data['autoplay'] !== true) return
    this.timer = setInterval(() => {
      if (this.held) return
      const last = this.shown + this.together >= this.items.length
      this.go(last && !this.circular ? 0 : this.shown + 1, 'autoplay')
    }, Number(this.data['interval']))
  }

  private press(event: EngineEvent): void {
    const at = fingerOf(event)
    if (at && this.items.length > 0) this.held = { at, since: performance.now(), moved: 0 }
  }

  private move(event: EngineEvent): void {
    const at = fingerOf(event)
    const { held } = this
    if (!at || !held) return
    held.moved = this.vertical ? at.clientY - held.at.clientY : at.clientX - held.at.clientX
    const length = this.length
    const position = this.shown - held.moved / length
    const last = this.items.length - this.together
    this.place(this.circular ? position : Math.max(-TURN, Math.min(last + TURN, position)), 0)
    const way = this.vertical ? { dx: 0, dy: -held.moved } : { dx: -held.moved, dy: 0 }
    this.fire('transition', { ...way, current: this.shown })
  }

  private get length(): number {
    const [first] = this.items
    return Math.max(1, (this.vertical ? first?.offsetHeight : first?.offsetWidth) ?? 1)
  }

  private release(): void {
    const { held } = this
    this.held = undefined
    if (!held || held.moved === 0) return
    const quick = performance.now() - held.since < FLICK_MS && Math.abs(held.moved) > FLICK_PX
    const turned = Math.round(-held.moved / this.length)
    const far = Math.abs(held.moved) > this.length * TURN || quick
    this.go(this.shown + (turned !== 0 ? turned : far ? -Math.sign(held.moved) : 0), 'touch')
  }
}

function fingerOf(event: EngineEvent): Point | undefined {
  const source = event.getOriginalEvent() as TouchSource | undefined
  return Array.from((source?.changedTouches ?? []) as ArrayLike<Point>)[0]
}

function itemIdOf(item: HTMLElement): string {
  const control = controlOf(item.__wxElement)
  return control instanceof SwiperItemControl ? control.itemId : ''
}

class SwiperItemControl extends Control {
  private swiper: SwiperControl | undefined

  get itemId(): string {
    return this.string('itemId')
  }

  override attached(): void {
    this.swiper = controlAround(this, SwiperControl)
    this.swiper?.layout()
  }

  override detached(): void {
    const { swiper } = this
    // The whole swiper may be going.
    queueMicrotask(() => {
      if (swiper && domOf(swiper.node)?.isConnected) swiper.layout()
    })
  }
}

export const swiper: BuiltinDeclaration = {
  tag: 'swiper',
  template:
    '<h-div class="sim-track"><slot/></h-div>' +
    // Named as in WeChat, where the sheets of apps style them by these classes.
    '<h-div wx:if="{{indicatorDots}}"' +
    " class=\"wx-swiper-dots wx-swiper-dots-{{vertical ? 'vertical' : 'horizontal'}}\">" +
    '<h-span wx:for="{{itemCount}}" wx:key="*this"' +
    " class=\"wx-swiper-dot {{index === shownIndex ? 'wx-swiper-dot-active' : ''}}\"" +
    ' style="background:{{index === shownIndex ? indicatorActiveColor : indicatorColor}}"/></h-div>',
  data: { shownIndex: 0, itemCount: 0 },
  properties: {
    indicatorDots: flag(),
    indicatorColor: text('rgba(0, 0, 0, .3)'),
    indicatorActiveColor: text('#000000'),
    autoplay: flag(),
    current: number(),
    interval: number(5000),
    duration: number(500),
    circular: flag(),
    vertical: flag(),
    displayMultipleItems: number(1),
    previousMargin: any(''),
    nextMargin: any(''),
    easingFunction: text('default'),
    snapToEdge: flag(),
    currentItemId: text(),
    cacheExtent: number(),
  },
  control: SwiperControl,
}

export const swiperItem: BuiltinDeclaration = {
  tag: 'swiper-item',
  template: '<slot/>',
  properties: { itemId: text(), skipHiddenItemLayout: flag() },
  control: SwiperItemControl,
}
