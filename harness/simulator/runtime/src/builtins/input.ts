// <input> and <textarea>: the real element inside, WeChat's events outside.

import type { EngineEvent } from '../engine/nodes'
import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

type Field = HTMLInputElement | HTMLTextAreaElement

const KEYBOARDS: Record<string, string> = { number: 'numeric', digit: 'decimal', idcard: 'text', tel: 'tel' }
const UNLIMITED = 1_000_000

export class InputControl extends Control {
  override attached(): void {
    this.showValue()
    this.configure()
    if (this.data['focus'] === true || this.data['autoFocus'] === true) this.focusSoon()
  }

  override changed(name: string): void {
    if (name === 'value') this.showValue()
    else if (name === 'focus') this.onFocusProperty()
    else this.configure()
  }

  get field(): Field {
    return this.dom.firstElementChild as Field
  }

  activate(): void {
    this.field.focus()
  }

  formValue(): string {
    return this.field.value
  }

  formReset(): void {
    this.set({ value: '' })
    this.showValue()
  }

  /** Puts a value in as typing does: the field, the property, the `input` event. */
  type(value: string): void {
    this.field.value = value
    this.onInput()
  }

  blurred(): void {
    this.onBlur()
  }

  confirm(): void {
    this.fire('confirm', { value: this.field.value })
  }

  protected onInput(): void {
    const { value, selectionStart } = this.field
    this.set({ value })
    this.fire('input', { value, cursor: selectionStart ?? value.length, keyCode: 0 })
  }

  protected onFocus(): void {
    this.fire('focus', { value: this.field.value, height: 0 })
  }

  protected onBlur(): void {
    const { value, selectionStart } = this.field
    this.fire('blur', { value, cursor: selectionStart ?? value.length })
  }

  protected onKey(event: EngineEvent): void {
    const original = event.getOriginalEvent() as KeyboardEvent | undefined
    if (original?.key !== 'Enter' || original.isComposing || this.field instanceof HTMLTextAreaElement) return
    this.confirm()
    if (this.data['confirmHold'] !== true) this.field.blur()
  }

  private showValue(): void {
    const value = this.string('value')
    if (this.field.value !== value) this.field.value = value
  }

  private configure(): void {
    const { field } = this
    const type = this.string('type')
    const limit = Number(this.data['maxlength'])
    if (field instanceof HTMLInputElement) {
      const hidden = this.data['password'] === true || type === 'safe-password'
      field.type = hidden ? 'password' : 'text'
    }
    field.inputMode = KEYBOARDS[type] ?? 'text'
    field.maxLength = limit < 0 ? UNLIMITED : limit
  }

  private onFocusProperty(): void {
    if (this.data['focus'] === true) this.focusSoon()
    else if (document.activeElement === this.field) this.field.blur()
  }

  private focusSoon(): void {
    requestAnimationFrame(() => this.field.focus())
  }
}

const COMMON = {
  name: text(),
  value: any(''),
  placeholder: text(),
  placeholderStyle: text(),
  placeholderClass: text('input-placeholder'),
  disabled: flag(),
  maxlength: number(140),
  cursorSpacing: any(0),
  focus: flag(),
  autoFocus: flag(),
  confirmType: text('done'),
  confirmHold: flag(),
  cursor: number(-1),
  selectionStart: number(-1),
  selectionEnd: number(-1),
  adjustPosition: flag(true),
  holdKeyboard: flag(),
  cursorColor: text(),
}

const EVENTS = 'catch:input="onInput" bind:focus="onFocus" bind:blur="onBlur" bind:keydown="onKey"'

export const input: BuiltinDeclaration = {
  tag: 'input',
  template: `<h-input placeholder="{{placeholder}}" disabled="{{disabled}}" ${EVENTS}/>`,
  reflected: ['disabled'],
  properties: {
    ...COMMON,
    type: text('text'),
    password: flag(),
    alwaysEmbed: flag(),
    safePasswordCertPath: text(),
    safePasswordLength: number(),
    safePasswordTimeStamp: number(),
    safePasswordNonce: text(),
    safePasswordSalt: text(),
    safePasswordCustomHash: text(),
  },
  control: InputControl,
}

export const textarea: BuiltinDeclaration = {
  tag: 'textarea',
  template: `<h-textarea placeholder="{{placeholder}}" disabled="{{disabled}}" ${EVENTS}/>`,
  reflected: ['disabled'],
  properties: {
    ...COMMON,
    type: text('text'),
    autoHeight: flag(),
    fixed: flag(),
    showConfirmBar: flag(true),
    disableDefaultPadding: flag(),
  },
  control: InputControl,
}
