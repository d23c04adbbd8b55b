// <swiper> and <swiper-item>.

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

const SWIPE_PX = 30

type Source = '' | 'autoplay' | 'touch'

interface Point {
  x: number
  y: number
}

export class SwiperControl extends Control {
  private start: Point | undefined
  private timer: ReturnType<typeof setInterval> | undefined
  private shown = 0

  override attached(): void {
    this.layout()
    this.show(this.clamp(Number(this.data['current'])), 0)
    this.autoplay()
    const { dom } = this
    dom.addEventListener('touchstart', (event) => this.press(event.changedTouches[0]), { passive: true })
    dom.addEventListener('touchend', (event) => this.release(event.changedTouches[0]))
    dom.addEventListener('mousedown', (event) => this.press(event))
    dom.addEventListener('mouseup', (event) => this.release(event))
  }

  override detached(): void {
    clearInterval(this.timer)
  }

  override changed(name: string): void {
    if (name === 'current') this.go(Number(this.data['current']), '')
    if (name === 'autoplay' || name === 'interval') this.autoplay()
  }

  /** Shows an item as a finger's swipe does. */
  swipeTo(index: number): void {
    this.go(index, 'touch')
  }

  /** Puts the items side by side; called again when one comes. */
  layout(): void {
    const axis = this.vertical ? 'Y' : 'X'
    this.items.forEach((item, index) => {
      item.style.transform = `translate${axis}(${index * 100}%)`
    })
    if (this.data['itemCount'] !== this.items.length) this.set({ itemCount: this.items.length })
    this.show(this.shown, 0)
  }

  private get vertical(): boolean {
    return this.data['vertical'] === true
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
    if (this.data['circular'] === true) return ((index % count) + count) % count
    return Math.max(0, Math.min(count - 1, index))
  }

  private show(index: number, duration: number): void {
    this.shown = index
    this.track.style.transition = `transform ${duration}ms`
    this.track.style.transform = `translate${this.vertical ? 'Y' : 'X'}(${-100 * index}%)`
    if (this.data['shownIndex'] !== index) this.set({ shownIndex: index })
  }

  private go(wanted: number, source: Source): void {
    const index = this.clamp(wanted)
    if (index === this.shown) return
    const duration = Number(this.data['duration'])
    this.show(index, duration)
    this.set({ current: index })
    const item = controlOf(this.items[index]?.__wxElement)
    const detail = {
      current: index,
      currentItemId: item instanceof SwiperItemControl ? item.itemId : '',
      source,
    }
    this.fire('change', detail)
    setTimeout(() => this.fire('animationfinish', detail), duration)
  }

  private autoplay(): void {
    clearInterval(this.timer)
    if (this.data['autoplay'] !== true) return
    this.timer = setInterval(() => {
      const last = this.shown + 1 >= this.items.length
      if (!last || this.data['circular'] === true) this.go(last ? 0 : this.shown + 1, 'autoplay')
    }, Number(this.data['interval']))
  }

  private press(at: { clientX: number; clientY: number } | undefined): void {
    if (at) this.start = { x: at.clientX, y: at.clientY }
  }

  private release(at: { clientX: number; clientY: number } | undefined): void {
    if (!at || !this.start) return
    const distance = this.vertical ? at.clientY - this.start.y : at.clientX - this.start.x
    this.start = undefined
    if (Math.abs(distance) > SWIPE_PX) this.go(this.shown + (distance < 0 ? 1 : -1), 'touch')
  }
}

class SwiperItemControl extends Control {
  get itemId(): string {
    return this.string('itemId')
  }

  override attached(): void {
    controlAround(this, SwiperControl)?.layout()
  }
}

export const swiper: BuiltinDeclaration = {
  tag: 'swiper',
  template:
    '<h-div class="track"><slot/></h-div>' +
    '<h-div class="dots" wx:if="{{indicatorDots}}"><h-span wx:for="{{itemCount}}" wx:key="*this"' +
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
