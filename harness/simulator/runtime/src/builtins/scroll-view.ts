// <scroll-view>.

import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

/** Segment of the inline style that templates do not write. */
const STYLE_SEGMENT = 3

export class ScrollViewControl extends Control {
  private last = { top: 0, left: 0 }
  private atEnd = false
  private atStart = true

  override attached(): void {
    this.dom.addEventListener('scroll', (event) => {
      if (event.target === this.dom) this.onScroll()
    })
    for (const name of ['enableFlex', 'scrollTop', 'scrollLeft', 'scrollIntoView']) this.changed(name)
  }

  override changed(name: string): void {
    if (name === 'enableFlex')
      this.node.setNodeStyle(this.data['enableFlex'] === true ? 'display:flex' : '', STYLE_SEGMENT)
    if (name === 'scrollTop') this.place({ top: parseFloat(this.string('scrollTop')) || 0 })
    if (name === 'scrollLeft') this.place({ left: parseFloat(this.string('scrollLeft')) || 0 })
    if (name === 'scrollIntoView') this.reveal(this.string('scrollIntoView'))
  }

  scrollTo(left: number, top: number): void {
    this.dom.scrollTo({ left, top, behavior: 'instant' })
  }

  private place(to: { top?: number; left?: number }): void {
    if (to.top === 0 || to.left === 0) {
      if (this.dom.scrollTop === 0 && this.dom.scrollLeft === 0) return
    }
    requestAnimationFrame(() => this.dom.scrollTo({ ...to, behavior: 'instant' }))
  }

  private reveal(id: string): void {
    if (id === '') return
    requestAnimationFrame(() => {
      this.dom.querySelector(`#${CSS.escape(id)}`)?.scrollIntoView({ block: 'start', inline: 'start' })
    })
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
  template: '<slot/>',
  reflected: ['scrollX', 'scrollY'],
  properties: {
    scrollX: flag(),
    scrollY: flag(),
    upperThreshold: any(50),
    lowerThreshold: any(50),
    scrollTop: any(0),
    scrollLeft: any(0),
    scrollIntoView: text(),
    scrollIntoViewOffset: number(),
    scrollWithAnimation: flag(),
    enableBackToTop: flag(),
    enablePassive: any(false),
    enableFlex: flag(),
    scrollAnchoring: flag(),
    refresherEnabled: flag(),
    refresherThreshold: number(45),
    refresherDefaultStyle: text('black'),
    refresherBackground: text('#FFF'),
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
