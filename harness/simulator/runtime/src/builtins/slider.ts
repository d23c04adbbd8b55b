// <slider> and <progress>.

import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

export class SliderControl extends Control {
  override attached(): void {
    this.showValue()
  }

  override changed(): void {
    this.showValue()
  }

  formValue(): number {
    return Number(this.data['value'])
  }

  formReset(): void {
    this.set({ value: this.data['min'] })
  }

  /** Moves the knob as a finger does. */
  slideTo(value: number): void {
    this.range.value = String(value)
    this.onSlide()
    this.onRelease()
  }

  protected onSlide(): void {
    this.set({ value: Number(this.range.value) })
    this.fire('changing', { value: this.formValue() })
  }

  protected onRelease(): void {
    this.set({ value: Number(this.range.value) })
    this.fire('change', { value: this.formValue() })
  }

  private get range(): HTMLInputElement {
    return this.dom.firstElementChild as HTMLInputElement
  }

  private showValue(): void {
    for (const name of ['min', 'max', 'step'] as const) this.range[name] = this.string(name)
    this.range.value = this.string('value')
  }
}

export const slider: BuiltinDeclaration = {
  tag: 'slider',
  template:
    '<h-input type="range" disabled="{{disabled}}" catch:input="onSlide" catch:change="onRelease"/>' +
    '<h-span wx:if="{{showValue}}">{{value}}</h-span>',
  properties: {
    name: text(),
    min: number(0),
    max: number(100),
    step: number(1),
    value: number(0),
    disabled: flag(),
    color: text(),
    selectedColor: text(),
    activeColor: text(),
    backgroundColor: text(),
    blockSize: number(28),
    blockColor: text(),
    showValue: flag(),
  },
  control: SliderControl,
}

export const progress: BuiltinDeclaration = {
  tag: 'progress',
  template:
    '<h-div class="bar" style="height:{{strokeWidth}}px;background:{{backgroundColor}}">' +
    '<h-div style="width:{{percent}}%;background:{{color || activeColor}}"/></h-div>' +
    '<h-span wx:if="{{showInfo}}">{{percent}}%</h-span>',
  properties: {
    percent: number(),
    showInfo: flag(),
    borderRadius: any(0),
    fontSize: any(16),
    strokeWidth: any(6),
    color: text(),
    activeColor: text('#09BB07'),
    backgroundColor: text('#EBEBEB'),
    active: flag(),
    activeMode: text('backwards'),
    duration: number(30),
  },
  control: Control,
}
