// <scroll-view>.
// https://developers.weixin.qq.com/miniprogram/dev/component/scroll-view.html

import type { TouchSource } from '../engine/events'
import type { EngineEvent } from '../engine/nodes'
import type { Dict } from '../types'
import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'
import { Refresher } from './refresher'

/** Segment of the inline style that templates do not write. */
const STYLE_SEGMENT = 3

type Behaviour = 'instant' | 'smooth'

export class ScrollViewControl extends Control {
  private last = { top: 0, left: 0 }
  private atEnd = false
  private atStart = true
  private refresher: Refresher | undefined
  private scrolledByFinger = false

  override attached(): void {
    this.refresher = new Refresher({
      ...this.pulled(),
      show: (height) => this.set({ pulled: height }),
      fire: (type, detail) => this.fire(type, detail),
    })
    this.dom.addEventListener('scroll', (event) => {
      if (this.present && event.target === this.dom) this.onScroll()
    })
    this.listen('touchstart', (event) => this.onTouch(event, 'press'))
    this.listen('touchmove', (event) => this.onTouch(event, 'move'))
    for (const type of ['touchend', 'touchcancel'])
      this.listen(type, (event) => this.onTouch(event, 'release'))
    for (const name of ['enableFlex', 'scrollTop', 'scrollLeft', 'scrollIntoView']) this.changed(name)
    if (this.data['refresherTriggered'] === true) this.refresher.trigger(true)
  }

  override changed(name: string): void {
    if (name === 'enableFlex')
      this.node.setNodeStyle(this.data['enableFlex'] === true ? 'display:flex' : '', STYLE_SEGMENT)
    if (name === 'scrollTop') this.place({ top: parseFloat(this.string('scrollTop')) || 0 })
    if (name === 'scrollLeft') this.place({ left: parseFloat(this.string('scrollLeft')) || 0 })
    if (name === 'scrollIntoView') this.reveal(this.string('scrollIntoView'))
    if (name === 'refresherTriggered') this.refresher?.trigger(this.data['refresherTriggered'] === true)
  }

  scrollTo(left: number, top: number): void {
    this.dom.scrollTo({ left, top, behavior: 'instant' })
  }

  /** The `ScrollViewContext` of an `enhanced` one. */
  override apiNode(): Dict | null {
    if (this.data['enhanced'] !== true) return null
    const limits = ['scrollEnabled', 'bounces', 'showScrollbar', 'pagingEnabled', 'fastDeceleration']
    return {
      ...Object.fromEntries(limits.map((name) => [name, this.data[name] ?? true])),
      scrollTo: ({ top, left, animated = false }: { top?: number; left?: number; animated?: boolean }) => {
        if (!this.present) return
        const to = { ...(top !== undefined && { top }), ...(left !== undefined && { left }) }
        this.dom.scrollTo({ ...to, behavior: animated ? 'smooth' : 'instant' })
      },
      scrollIntoView: (selector: string) => {
        if (this.present) this.reveal(selector.replace(/^#/, ''))
      },
    }
  }

  private pulled(): { readonly atTop: boolean; readonly enabled: boolean; readonly threshold: number } {
    const { dom } = this
    const read = (name: string): unknown => this.data[name]
    return {
      get atTop() {
        return dom.scrollTop <= 0
      },
      get enabled() {
        return read('refresherEnabled') === true
      },
      get threshold() {
        return Number(read('refresherThreshold')) || 45
      },
    }
  }

  private get behaviour(): Behaviour {
    return this.data['scrollWithAnimation'] === true ? 'smooth' : 'instant'
  }

  private place(to: { top?: number; left?: number }): void {
    if (to.top === 0 || to.left === 0) {
      if (this.dom.scrollTop === 0 && this.dom.scrollLeft === 0) return
    }
    this.nextFrame(() => this.dom.scrollTo({ ...to, behavior: this.behaviour }))
  }

  private reveal(id: string): void {
    if (id === '') return
    this.nextFrame(() => {
      const goal = this.dom.querySelector(`#${CSS.escape(id)}`)?.getBoundingClientRect()
      if (!goal) return
      const own = this.dom.getBoundingClientRect()
      const offset = Number(this.data['scrollIntoViewOffset']) || 0
      this.dom.scrollBy({
        ...(this.data['scrollY'] === true && { top: goal.top - own.top + offset }),
        ...(this.data['scrollX'] === true && { left: goal.left - own.left + offset }),
        behavior: this.behaviour,
      })
    })
  }

  private onTouch(event: EngineEvent, phase: 'press' | 'move' | 'release'): void {
    const source = event.getOriginalEvent() as TouchSource | undefined
    const [touch] = Array.from((source?.changedTouches ?? []) as ArrayLike<{ clientY: number }>)
    const { scrollTop, scrollLeft } = this.dom
    const enhanced = this.data['enhanced'] === true
    if (phase === 'release') {
      this.refresher?.release()
      if (enhanced && this.scrolledByFinger) this.fire('dragend', { scrollTop, scrollLeft, isDrag: true })
      this.scrolledByFinger = false
      return
    }
    if (!touch) return
    this.refresher?.[phase](touch.clientY)
    if (phase !== 'move' || !enhanced) return
    this.fire(this.scrolledByFinger ? 'dragging' : 'dragstart', { scrollTop, scrollLeft, isDrag: true })
    this.scrolledByFinger = true
  }

  private onScroll(): void {
    const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight, clientWidth } = this.dom
    const { top, left } = this.last
    this.last = { top: scrollTop, left: scrollLeft }
    this.fire('scroll', {
      scrollTop,
      scrollLeft,
      scrollHeight,
      scrollWidth,
      deltaX: left - scrollLeft,
      deltaY: top - scrollTop,
    })
    if (this.data['scrollY'] === true) {
      this.edges(scrollTop, scrollHeight - clientHeight - scrollTop, scrollTop >= top, ['top', 'bottom'])
    } else {
      this.edges(scrollLeft, scrollWidth - clientWidth - scrollLeft, scrollLeft >= left, ['left', 'right'])
    }
  }

  private edges(before: number, after: number, forward: boolean, names: readonly [string, string]): void {
    const atEnd = after <= parseFloat(this.string('lowerThreshold'))
    if (atEnd && !this.atEnd && forward) this.fire('scrolltolower', { direction: names[1] })
    this.atEnd = atEnd
    const atStart = before <= parseFloat(this.string('upperThreshold'))
    if (atStart && !this.atStart) this.fire('scrolltoupper', { direction: names[0] })
    this.atStart = atStart
  }
}

export const scrollView: BuiltinDeclaration = {
  tag: 'scroll-view',
  template:
    '<h-div wx:if="{{refresherEnabled}}" class="sim-refresher sim-{{refresherDefaultStyle}}"' +
    ' style="height:{{pulled}}px;background:{{refresherBackground}}">' +
    '<slot name="refresher"/><h-i/><h-i/><h-i/></h-div><slot/>',
  multipleSlots: true,
  reflected: ['scrollX', 'scrollY', 'pagingEnabled'],
  data: { pulled: 0 },
  properties: {
    scrollX: flag(),
    scrollY: flag(),
    upperThreshold: any(50),
    lowerThreshold: any(50),
    scrollTop: any(0),
    scrollLeft: any(0),
    scrollIntoView: text(),
    scrollIntoViewOffset: number(),
    scrollIntoViewAlignment: text('start'),
    scrollWithAnimation: flag(),
    enableBackToTop: flag(),
    enablePassive: any(false),
    enableFlex: flag(),
    scrollAnchoring: flag(),
    refresherEnabled: flag(),
    refresherThreshold: number(45),
    refresherDefaultStyle: text('black'),
    refresherBackground: text('transparent'),
    refresherTriggered: flag(),
    enhanced: flag(),
    bounces: flag(true),
    showScrollbar: flag(true),
    pagingEnabled: flag(),
    fastDeceleration: flag(),
    usingSticky: flag(),
    type: text(),
  },
  control: ScrollViewControl,
}
