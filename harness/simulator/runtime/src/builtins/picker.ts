// <picker> (the sheet is drawn by ui/), <picker-view> and its columns.

import type { Dict } from '../types'
import type { OpenPicker } from '../ui/picker-sheet'
import { any, Control, controlAround, flag, text, type BuiltinDeclaration } from './control'

/** What the sheet is drawn from. */
const ASKED = [
  'mode',
  'range',
  'rangeKey',
  'value',
  'start',
  'end',
  'fields',
  'level',
  'customItem',
  'headerText',
]

class PickerControl extends Control {
  private sheet: OpenPicker | undefined

  override attached(): void {
    this.listen('tap', () => void this.open())
    // A driver picks by triggering the event; the form must know the value, too.
    this.listen('change', (event) => this.set({ value: (event.detail as Dict)['value'] }))
  }

  override changed(name: string): void {
    if (name === 'range' || name === 'value') this.sheet?.update(this.options)
  }

  activate(): void {
    void this.open()
  }

  formValue(): unknown {
    return this.data['value']
  }

  formReset(): void {
    const mode = this.string('mode')
    this.set({ value: mode === 'multiSelector' || mode === 'region' ? [] : mode === 'selector' ? 0 : '' })
  }

  private get options(): Dict {
    return Object.fromEntries(ASKED.map((name) => [name, this.data[name]]))
  }

  private async open(): Promise<void> {
    if (this.data['disabled'] === true || this.sheet) return
    const multiple = this.string('mode') === 'multiSelector'
    this.sheet = this.host.pick(this.options, (column, value) => {
      if (multiple) this.fire('columnchange', { column, value })
    })
    const picked = await this.sheet?.result
    this.sheet = undefined
    if (picked) this.fire('change', picked)
    else this.fire('cancel', {})
  }
}

export const picker: BuiltinDeclaration = {
  tag: 'picker',
  template: '<slot/>',
  properties: {
    name: text(),
    mode: text('selector'),
    range: any([]),
    rangeKey: text(),
    value: any(0),
    start: text(),
    end: text(),
    fields: text('day'),
    level: text('sub-district'),
    customItem: text(),
    disabled: flag(),
    headerText: text(),
  },
  control: PickerControl,
}

const SETTLE_MS = 50

export class PickerViewControl extends Control {
  /** While the columns are moved by the value, their scrolling is not the person's. */
  moving = false

  override attached(): void {
    setTimeout(() => this.showValue())
  }

  override changed(name: string): void {
    if (name === 'value') this.showValue()
  }

  picked(): void {
    const value = this.columns.map((column) => {
      const height = column.firstElementChild?.clientHeight ?? 0
      return height > 0 ? Math.round(column.scrollTop / height) : 0
    })
    this.set({ value })
    this.fire('change', { value })
    this.fire('pickend', {})
  }

  private get columns(): HTMLElement[] {
    return [...this.dom.querySelectorAll<HTMLElement>('wx-picker-view-column')]
  }

  private showValue(): void {
    const value = this.data['value']
    this.moving = true
    this.columns.forEach((column, index) => {
      const item = column.children[Array.isArray(value) ? Number(value[index] ?? 0) : 0] as
        HTMLElement | undefined
      const first = column.children[0] as HTMLElement | undefined
      if (item && first) column.scrollTop = item.offsetTop - first.offsetTop
    })
    setTimeout(() => {
      this.moving = false
    }, SETTLE_MS)
  }
}

export const pickerView: BuiltinDeclaration = {
  tag: 'picker-view',
  template: '<slot/>',
  properties: {
    value: any([]),
    indicatorStyle: text(),
    indicatorClass: text(),
    maskStyle: text(),
    maskClass: text(),
    immediateChange: flag(),
  },
  control: PickerViewControl,
}

class PickerViewColumnControl extends Control {
  override attached(): void {
    this.dom.addEventListener('scrollend', () => {
      const view = controlAround(this, PickerViewControl)
      if (view && !view.moving) view.picked()
    })
  }
}

export const pickerViewColumn: BuiltinDeclaration = {
  tag: 'picker-view-column',
  template: '<slot/>',
  properties: {},
  control: PickerViewColumnControl,
}
