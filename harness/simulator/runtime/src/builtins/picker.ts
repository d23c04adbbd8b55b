// <picker>: the sheet is drawn by ui/.
// https://developers.weixin.qq.com/miniprogram/dev/component/picker.html

import type { Dict } from '../types'
import type { OpenPicker } from '../ui/picker-sheet'
import { any, Control, flag, text, type BuiltinDeclaration } from './control'

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

  override detached(): void {
    this.sheet?.answer(null)
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
