// <input> and <textarea>: the real element inside, WeChat's events outside.
// https://developers.weixin.qq.com/miniprogram/dev/component/input.html
// https://developers.weixin.qq.com/miniprogram/dev/component/textarea.html

import { replyTo } from '../engine/events'
import { shadowHost, styleScopeNames, type EngineEvent } from '../engine/nodes'
import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

type Field = HTMLInputElement | HTMLTextAreaElement

const KEYBOARDS: Record<string, string> = { number: 'numeric', digit: 'decimal', idcard: 'text', tel: 'tel' }
/** What the keyboard of a type has no keys for. */
const NO_KEYS: Record<string, RegExp> = { number: /[^0-9]/g, digit: /[^0-9.]/g, idcard: /[^0-9xX]/g }
const UNLIMITED = 1_000_000
// Not documented: how long the keyboard takes to come.
const KEYBOARD_MS = 250
const DESIGN_WIDTH = 750

export class InputControl extends Control {
  private keyCode = 0
  private lines = 0
  private readonly keepFocus = (event: Event): void => {
    if (event.target instanceof Node && !this.dom.contains(event.target)) event.preventDefault()
  }

  override attached(): void {
    this.showValue()
    this.configure()
    if (this.data['focus'] === true || this.data['autoFocus'] === true) this.focusSoon()
    this.nextFrame(() => this.measure())
  }

  override detached(): void {
    document.removeEventListener('mousedown', this.keepFocus, true)
  }

  override changed(name: string): void {
    if (name === 'value') this.showValue()
    else if (name === 'focus') this.onFocusProperty()
    else if (/^(cursor|selectionStart|selectionEnd)$/.test(name)) this.select()
    else this.configure()
  }

  get field(): Field {
    return this.dom.querySelector('.sim-field') as Field
  }

  activate(): void {
    if (this.data['disabled'] !== true) this.field.focus()
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
    this.correct()
    const { value, selectionStart } = this.field
    this.put(value)
    const detail = { value, cursor: selectionStart ?? value.length, keyCode: this.keyCode }
    this.fire('input', detail)
    this.replace(replyTo(detail))
    this.keyCode = 0
    this.measure()
  }

  protected onFocus(): void {
    this.select()
    if (this.data['holdKeyboard'] === true) document.addEventListener('mousedown', this.keepFocus, true)
    const height = this.host.keyboardHeight()
    this.fire('focus', { value: this.field.value, height })
    this.fire('keyboardheightchange', { height, duration: KEYBOARD_MS })
  }

  protected onBlur(): void {
    document.removeEventListener('mousedown', this.keepFocus, true)
    const { value, selectionStart } = this.field
    if (this.data['focus'] === true) this.set({ focus: false })
    this.fire('blur', { value, cursor: selectionStart ?? value.length })
    this.fire('keyboardheightchange', { height: 0, duration: KEYBOARD_MS })
    if (this.string('type') === 'nickname') this.fire('nicknamereview', { pass: true, timeout: false })
  }

  protected onKey(event: EngineEvent): void {
    const original = event.getOriginalEvent() as KeyboardEvent | undefined
    if (!original) return
    this.keyCode = original.keyCode
    if (original.key !== 'Enter' || original.isComposing) return
    if (this.field instanceof HTMLTextAreaElement && this.string('confirmType') === 'return') return
    original.preventDefault()
    this.confirm()
    if (this.data['confirmHold'] !== true) this.field.blur()
  }

  /** Takes out what the keyboard of the type cannot type, and what is too long. */
  private correct(): void {
    const { field } = this
    const possible = NO_KEYS[this.string('type')]
    let value = possible ? field.value.replace(possible, '') : field.value
    const limit = Number(this.data['maxlength'])
    if (limit >= 0) value = value.slice(0, limit)
    if (value !== field.value) field.value = value
  }

  /** A handler of `input` may return the text to show instead. */
  private replace(reply: unknown): void {
    const object =
      typeof reply === 'object' && reply !== null ? (reply as Record<string, unknown>) : undefined
    const value = object ? object['value'] : reply
    if (typeof value !== 'string') return
    this.field.value = value
    this.put(value)
    if (typeof object?.['cursor'] === 'number') {
      this.field.setSelectionRange(object['cursor'], object['cursor'])
    }
  }

  private put(value: string): void {
    this.set({ value, empty: value === '' })
  }

  private showValue(): void {
    const value = this.string('value')
    if (this.field.value !== value) this.field.value = value
    if (this.data['empty'] !== (value === '')) this.set({ empty: value === '' })
    this.measure()
  }

  private configure(): void {
    const { field } = this
    const type = this.string('type')
    const limit = Number(this.data['maxlength'])
    if (field instanceof HTMLInputElement) {
      const hidden = this.data['password'] === true || type === 'safe-password'
      field.type = hidden ? 'password' : 'text'
    }
    field.name = this.string('name') // what a trace of the page masks its value by
    field.inputMode = KEYBOARDS[type] ?? 'text'
    field.enterKeyHint = this.string('confirmType')
    field.maxLength = limit < 0 ? UNLIMITED : Math.min(limit, UNLIMITED)
    this.dressPlaceholder()
    this.measure()
  }

  /** The placeholder wears a class of the app, which is known by its prefixed name, too. */
  private dressPlaceholder(): void {
    const host = shadowHost(this.node)
    const names = this.string('placeholderClass').split(/\s+/).filter(Boolean)
    const scopes = host ? styleScopeNames(host) : []
    const classes = names.flatMap((name) => [name, ...scopes.map((scope) => `${scope}--${name}`)])
    const placeholder = this.dom.querySelector('.sim-placeholder')
    if (placeholder) placeholder.className = ['sim-placeholder', ...classes].join(' ')
  }

  private select(): void {
    const { field } = this
    if (document.activeElement !== field) return
    const [start, end] = [Number(this.data['selectionStart']), Number(this.data['selectionEnd'])]
    const cursor = Number(this.data['cursor'])
    if (start >= 0 && end >= 0) field.setSelectionRange(start, end)
    else if (cursor >= 0) field.setSelectionRange(cursor, cursor)
  }

  private onFocusProperty(): void {
    if (this.data['focus'] === true) this.focusSoon()
    else if (document.activeElement === this.field) this.field.blur()
  }

  private focusSoon(): void {
    this.nextFrame(() => this.field.focus())
  }

  /** The height of a textarea by its lines. */
  private measure(): void {
    const { field } = this
    if (!(field instanceof HTMLTextAreaElement)) return
    const auto = this.data['autoHeight'] === true
    field.style.height = auto ? 'auto' : ''
    if (auto) field.style.height = `${field.scrollHeight}px`
    const lineHeight = parseFloat(getComputedStyle(field).lineHeight) || 1
    const lineCount = Math.max(1, Math.round(field.scrollHeight / lineHeight))
    if (!auto || lineCount === this.lines) return
    this.lines = lineCount
    const height = field.scrollHeight
    this.fire('linechange', {
      height,
      heightRpx: (height * DESIGN_WIDTH) / window.innerWidth,
      lineCount,
      lineHeight,
    })
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
  confirmHold: flag(),
  cursor: number(-1),
  selectionStart: number(-1),
  selectionEnd: number(-1),
  adjustPosition: flag(true),
  holdKeyboard: flag(),
  cursorColor: text(),
}

const EVENTS = 'catch:input="onInput" bind:focus="onFocus" bind:blur="onBlur" bind:keydown="onKey"'
const PLACEHOLDER =
  '<h-div class="sim-placeholder" hidden="{{!empty}}" style="{{placeholderStyle}}">{{placeholder}}</h-div>'

export const input: BuiltinDeclaration = {
  tag: 'input',
  template: `${PLACEHOLDER}<h-input class="sim-field" disabled="{{disabled}}" ${EVENTS}/>`,
  reflected: ['disabled'],
  data: { empty: true },
  properties: {
    ...COMMON,
    type: text('text'),
    password: flag(),
    confirmType: text('done'),
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
  template: `${PLACEHOLDER}<h-textarea class="sim-field" rows="1" disabled="{{disabled}}" ${EVENTS}/>`,
  reflected: ['disabled', 'autoHeight'],
  data: { empty: true },
  properties: {
    ...COMMON,
    placeholderClass: text('textarea-placeholder'),
    type: text('text'),
    confirmType: text('return'),
    autoHeight: flag(),
    fixed: flag(),
    showConfirmBar: flag(true),
    disableDefaultPadding: flag(),
  },
  control: InputControl,
}
