// <switch>, <checkbox>, <radio> and their groups.
// https://developers.weixin.qq.com/miniprogram/dev/component/switch.html
// https://developers.weixin.qq.com/miniprogram/dev/component/checkbox.html
// https://developers.weixin.qq.com/miniprogram/dev/component/checkbox-group.html
// https://developers.weixin.qq.com/miniprogram/dev/component/radio.html
// https://developers.weixin.qq.com/miniprogram/dev/component/radio-group.html

import { Control, controlAround, controlsInside, flag, text, type BuiltinDeclaration } from './control'

abstract class Choice extends Control {
  get checked(): boolean {
    return this.data['checked'] === true
  }

  get value(): string {
    return this.string('value')
  }

  override attached(): void {
    this.changed('checked')
  }

  override tapped(): void {
    this.activate()
  }

  /** Sheets of WeUI go by what assistive technology is told. */
  override changed(name: string): void {
    if (name === 'checked') this.dom.setAttribute('aria-checked', String(this.checked))
  }

  check(checked: boolean): void {
    this.set({ checked })
  }

  activate(): void {
    if (this.data['disabled'] !== true) this.choose()
  }

  protected abstract choose(): void
}

export class SwitchControl extends Choice {
  formValue(): boolean {
    return this.checked
  }

  formReset(): void {
    this.check(false)
  }

  protected choose(): void {
    this.check(!this.checked)
    this.fire('change', { value: this.checked })
  }
}

class CheckboxControl extends Choice {
  protected choose(): void {
    this.check(!this.checked)
    controlAround(this, CheckboxGroupControl)?.notify()
  }
}

class CheckboxGroupControl extends Control {
  notify(): void {
    this.fire('change', { value: this.formValue() })
  }

  formValue(): string[] {
    return controlsInside(this, CheckboxControl)
      .filter((box) => box.checked)
      .map((box) => box.value)
  }

  formReset(): void {
    for (const box of controlsInside(this, CheckboxControl)) box.check(false)
  }
}

class RadioControl extends Choice {
  protected choose(): void {
    if (this.checked) return
    const group = controlAround(this, RadioGroupControl)
    if (group) group.choose(this)
    else this.check(true)
  }
}

class RadioGroupControl extends Control {
  choose(chosen: RadioControl): void {
    for (const radio of controlsInside(this, RadioControl)) radio.check(radio === chosen)
    this.fire('change', { value: chosen.value })
  }

  formValue(): string {
    return controlsInside(this, RadioControl).find((radio) => radio.checked)?.value ?? ''
  }

  formReset(): void {
    for (const radio of controlsInside(this, RadioControl)) radio.check(false)
  }
}

/** Named as in WeChat, where the sheets of apps style them by these classes. */
const classes = (name: string): string =>
  `${name} {{checked ? '${name}-checked' : ''}} {{disabled ? '${name}-disabled' : ''}}`
const box = (name: string): string => `<h-span class="${classes(name)}" style="color:{{color}}"/><slot/>`
const SWITCHED = "{{checked ? 'background:' + color + ';border-color:' + color : ''}}"

export const switchControl: BuiltinDeclaration = {
  tag: 'switch',
  template:
    `<h-div wx:if="{{type === 'checkbox'}}" class="${classes('wx-checkbox-input')}"` +
    ' style="color:{{color}}"/>' +
    `<h-div wx:else class="${classes('wx-switch-input')}" style="${SWITCHED}"/>`,
  properties: {
    name: text(),
    checked: flag(),
    disabled: flag(),
    type: text('switch'),
    color: text('#04BE02'),
  },
  control: SwitchControl,
  tappable: true,
}

export const checkbox: BuiltinDeclaration = {
  tag: 'checkbox',
  template: box('wx-checkbox-input'),
  properties: { value: text(), checked: flag(), disabled: flag(), color: text('#09BB07') },
  control: CheckboxControl,
  tappable: true,
}

export const checkboxGroup: BuiltinDeclaration = {
  tag: 'checkbox-group',
  template: '<slot/>',
  properties: { name: text() },
  control: CheckboxGroupControl,
}

export const radio: BuiltinDeclaration = {
  tag: 'radio',
  template: box('wx-radio-input'),
  properties: { value: text(), checked: flag(), disabled: flag(), color: text('#09BB07') },
  control: RadioControl,
  tappable: true,
}

export const radioGroup: BuiltinDeclaration = {
  tag: 'radio-group',
  template: '<slot/>',
  properties: { name: text() },
  control: RadioGroupControl,
}
