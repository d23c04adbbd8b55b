// <picker-view> and <picker-view-column>: wheels in the page, of items the app draws.
// https://developers.weixin.qq.com/miniprogram/dev/component/picker-view.html
// https://developers.weixin.qq.com/miniprogram/dev/component/picker-view-column.html

import { any, Control, controlAround, controlsInside, flag, text, type BuiltinDeclaration } from './control'

// Not documented.
const SETTLED_MS = 120

class PickerViewControl extends Control {
  override attached(): void {
    this.nextFrame(() => this.showValue())
  }

  override changed(name: string): void {
    if (name === 'value') this.showValue()
    else for (const column of this.columns) column.dress()
  }

  /** The item of a column by the value of the view. */
  indexOf(column: PickerViewColumnControl): number {
    const value = this.data['value']
    const at = this.columns.indexOf(column)
    return Array.isArray(value) ? Number(value[at] ?? 0) || 0 : 0
  }

  started(): void {
    this.fire('pickstart', {})
  }

  /** A wheel came to rest where the person left it. */
  picked(): void {
    const value = this.columns.map((column) => column.index)
    const before = Array.isArray(this.data['value']) ? this.data['value'] : []
    const changed = value.some((index, at) => index !== (Number(before[at] ?? 0) || 0))
    this.set({ value })
    if (changed) this.fire('change', { value })
    this.fire('pickend', {})
  }

  look(name: string): string {
    return this.string(name)
  }

  private get columns(): PickerViewColumnControl[] {
    return controlsInside(this, PickerViewColumnControl)
  }

  private showValue(): void {
    for (const column of this.columns) column.place()
  }
}

class PickerViewColumnControl extends Control {
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly children = new MutationObserver(() => this.place())

  override attached(): void {
    this.listen('touchstart', () => this.view?.started())
    this.wheel.addEventListener('scroll', () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => {
        if (this.present) this.settle()
      }, SETTLED_MS)
    })
    this.children.observe(this.items, { childList: true })
    this.dress()
  }

  override detached(): void {
    clearTimeout(this.timer)
    this.children.disconnect()
  }

  /** The item in the middle. */
  get index(): number {
    const height = this.itemHeight
    const last = Math.max(0, this.items.childElementCount - 1)
    return height > 0 ? Math.max(0, Math.min(last, Math.round(this.wheel.scrollTop / height))) : 0
  }

  /** Turns the wheel to the value of the view. */
  place(): void {
    const { style } = this.items
    style.setProperty('--item', `${this.itemHeight}px`)
    style.setProperty('--around', `${(this.wheel.clientHeight - this.itemHeight) / 2}px`)
    this.wheel.scrollTop = (this.view?.indexOf(this) ?? 0) * this.itemHeight
  }

  /** The app's looks of indicator and mask. */
  dress(): void {
    const { view } = this
    if (!view) return
    this.set({
      indicatorStyle: view.look('indicatorStyle'),
      indicatorClass: view.look('indicatorClass'),
      maskStyle: view.look('maskStyle'),
      maskClass: view.look('maskClass'),
    })
    this.place()
  }

  private get view(): PickerViewControl | undefined {
    return controlAround(this, PickerViewControl)
  }

  private get wheel(): HTMLElement {
    return this.dom.querySelector('.sim-column') as HTMLElement
  }

  private get items(): HTMLElement {
    return this.wheel.firstElementChild as HTMLElement
  }

  private get itemHeight(): number {
    return (this.dom.querySelector('.sim-column-indicator') as HTMLElement).offsetHeight
  }

  private settle(): void {
    const { view } = this
    if (view && this.index !== view.indexOf(this)) view.picked()
  }
}

export const pickerView: BuiltinDeclaration = {
  tag: 'picker-view',
  template: '<slot/>',
  properties: {
    name: text(),
    value: any([]),
    indicatorStyle: text(),
    indicatorClass: text(),
    maskStyle: text(),
    maskClass: text(),
    immediateChange: flag(),
  },
  control: PickerViewControl,
}

export const pickerViewColumn: BuiltinDeclaration = {
  tag: 'picker-view-column',
  template:
    '<h-div class="sim-column"><h-div class="sim-column-items"><slot/></h-div></h-div>' +
    '<h-div class="sim-column-mask {{maskClass}}" style="{{maskStyle}}"/>' +
    '<h-div class="sim-column-indicator {{indicatorClass}}" style="{{indicatorStyle}}"/>',
  data: { indicatorStyle: '', indicatorClass: '', maskStyle: '', maskClass: '' },
  properties: {},
  control: PickerViewColumnControl,
}
