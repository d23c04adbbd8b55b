// What WeChat draws over a page: toast, loading, modal, action sheet, picker sheet, refresh sign.
// Plain DOM outside the app's pages; a modal resolves when a button is touched or when it is answered.

import type { Dict } from '../types'
import overlayCss from './overlay.css'

export interface OpenDialog<T> {
  readonly result: Promise<T>
  /** Closes it with a result, as if the person had chosen it. */
  answer(result: T): void
}

export interface ModalResult extends Dict {
  confirm: boolean
  cancel: boolean
  content?: string
}

type Child = Node | string

function node(tag: string, className: string, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  made.append(...children)
  return made
}

export class Dialogs {
  private toastNode: HTMLElement | undefined
  private toastTimer: ReturnType<typeof setTimeout> | undefined
  private toastIsLoading = false
  private refreshNode: HTMLElement | undefined
  private styled = false

  toast(title: string, options: { icon: string; duration: number; mask: boolean }): void {
    this.showToast(title, options.icon, options.mask, false)
    this.toastTimer = setTimeout(() => this.removeToast(), options.duration)
  }

  loading(title: string, mask: boolean): void {
    this.showToast(title, 'loading', mask, true)
  }

  /** Hides the loading sign or the toast; the other one stays. */
  hideToast(loading: boolean): void {
    if (this.toastIsLoading === loading) this.removeToast()
  }

  modal(options: Dict): OpenDialog<ModalResult> {
    const text = (name: string, fallback: string): string => String(options[name] ?? fallback)
    const field = options['editable'] === true ? document.createElement('input') : undefined
    if (field) field.placeholder = text('placeholderText', '')
    if (field) field.value = text('content', '')
    return this.open<ModalResult>('sim-modal', (box, close) => {
      const done = (confirm: boolean): void => {
        close({ confirm, cancel: !confirm, ...(field && confirm ? { content: field.value } : {}) })
      }
      const title = text('title', '')
      if (title !== '') box.append(node('div', 'sim-title', title))
      box.append(node('div', 'sim-content', field ?? text('content', '')))
      const buttons = node('div', 'sim-buttons')
      if (options['showCancel'] !== false) {
        buttons.append(
          this.pressable('sim-cancel', text('cancelText', '取消'), options['cancelColor'], () => done(false)),
        )
      }
      buttons.append(
        this.pressable('sim-confirm', text('confirmText', '确定'), options['confirmColor'], () => done(true)),
      )
      box.append(buttons)
    })
  }

  /** Resolves to the index of the item, or null when cancelled. */
  sheet(items: readonly string[], heading = ''): OpenDialog<number | null> {
    return this.open<number | null>('sim-sheet', (box, close) => {
      if (heading !== '') box.append(node('div', 'sim-heading', heading))
      items.forEach((item, index) =>
        box.append(this.pressable('sim-item', item, undefined, () => close(index))),
      )
      box.append(this.pressable('sim-cancel', '取消', undefined, () => close(null)))
    })
  }

  /** A sheet with fields and a confirm button; resolves to their values, or null when cancelled. */
  fields(fields: readonly (HTMLInputElement | HTMLSelectElement)[]): OpenDialog<string[] | null> {
    return this.open<string[] | null>('sim-sheet', (box, close) => {
      box.append(node('div', 'sim-content', ...fields))
      box.append(this.pressable('sim-cancel', '取消', undefined, () => close(null)))
      box.append(
        this.pressable('sim-confirm', '确定', undefined, () => close(fields.map((field) => field.value))),
      )
    })
  }

  /** A button of the dialog on top: `confirm`, `cancel`, or `item` with an index. */
  button(action: string, index: number): HTMLElement | undefined {
    const buttons = this.top?.querySelectorAll<HTMLElement>(`.sim-${CSS.escape(action)}`)
    return buttons?.[action === 'item' ? index : 0]
  }

  /** The button of the dialog on top with this text on it. */
  labelled(text: string): HTMLElement | undefined {
    const buttons = [...(this.top?.querySelectorAll<HTMLElement>('[role=button]') ?? [])]
    return buttons.find((button) => button.textContent.trim() === text)
  }

  refreshing(on: boolean): void {
    this.refreshNode?.remove()
    this.refreshNode = on ? node('div', 'sim-refresh', '• • •') : undefined
    if (this.refreshNode) this.attach(this.refreshNode)
  }

  private get top(): Element | undefined {
    return [...document.querySelectorAll('.sim-mask')].at(-1)
  }

  private open<T>(
    className: string,
    fill: (box: HTMLElement, close: (result: T) => void) => void,
  ): OpenDialog<T> {
    const box = node('div', className)
    const mask = node('div', 'sim-mask', box)
    let answer: (result: T) => void = () => undefined
    const result = new Promise<T>((resolve) => {
      answer = (value) => {
        mask.remove()
        resolve(value)
      }
    })
    fill(box, (value) => answer(value))
    this.attach(mask)
    return { result, answer }
  }

  private pressable(className: string, label: string, color: unknown, onTap: () => void): HTMLElement {
    const made = node('div', `sim-button ${className}`, label)
    made.setAttribute('role', 'button')
    if (typeof color === 'string') made.style.color = color
    // The touch that opened the dialog still becomes a click, on whatever is under the finger by then.
    let pressed = false
    made.addEventListener('pointerdown', () => (pressed = true))
    made.addEventListener('click', (event) => {
      if (pressed || !event.isTrusted) onTap()
    })
    return made
  }

  private showToast(title: string, icon: string, mask: boolean, loading: boolean): void {
    this.removeToast()
    const sign = { success: '✓', error: '✕', fail: '✕', loading: '◌' }[icon] ?? ''
    const box = node(
      'div',
      'sim-toast',
      ...(sign === '' ? [] : [node('div', 'sim-sign', sign)]),
      node('div', '', title),
    )
    this.toastNode = mask ? node('div', 'sim-mask sim-clear', box) : box
    this.toastIsLoading = loading
    this.attach(this.toastNode)
  }

  private removeToast(): void {
    clearTimeout(this.toastTimer)
    this.toastNode?.remove()
    this.toastNode = undefined
  }

  private attach(made: HTMLElement): void {
    if (!this.styled) document.head.append(node('style', '', overlayCss))
    this.styled = true
    document.body.append(made)
  }
}
