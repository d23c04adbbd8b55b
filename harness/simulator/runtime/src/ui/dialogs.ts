// What WeChat draws over a page: toast, loading, modal, action sheet, refresh sign. Plain DOM outside the
// app's pages. Owns which dialog is on top and the shade over the bars; the larger sheets are files beside.

import type { Dict } from '../types'
import { button, node, sign, spinner } from './dom'
import overlayCss from './overlay.css'
import sheetsCss from './sheets.css'

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

type Fill<T> = (box: HTMLElement, close: (result: T) => void) => void

const REFRESH_DOTS = 3

export class Dialogs {
  private toastNode: HTMLElement | undefined
  private toastTimer: ReturnType<typeof setTimeout> | undefined
  private toastIsLoading = false
  private refreshNode: HTMLElement | undefined
  private styled = false
  private shades = 0

  /** `appName` is who asks; `shade` darkens the bars around the app while a dialog is open. */
  constructor(
    readonly appName: string,
    private readonly shade: (on: boolean) => void,
  ) {}

  toast(title: string, options: { icon: string; duration: number; mask: boolean; image?: string }): void {
    const { icon, duration, mask, image } = options
    this.showToast(title, image === undefined ? icon : node('img', 'sim-picture'), mask, false)
    if (image !== undefined) this.toastNode?.querySelector('img')?.setAttribute('src', image)
    this.toastTimer = setTimeout(() => this.removeToast(), duration)
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
      box.append(
        node('div', title === '' ? 'sim-content sim-alone' : 'sim-content', field ?? text('content', '')),
      )
      const buttons = node('div', 'sim-buttons')
      if (options['showCancel'] !== false) {
        buttons.append(
          button('sim-cancel', text('cancelText', '取消'), () => done(false), options['cancelColor']),
        )
      }
      buttons.append(
        button('sim-confirm', text('confirmText', '确定'), () => done(true), options['confirmColor']),
      )
      box.append(buttons)
    })
  }

  /** Resolves to the index of the item, or null when cancelled. */
  sheet(items: readonly string[], heading = '', color?: unknown): OpenDialog<number | null> {
    return this.open<number | null>('sim-sheet', (box, close) => {
      if (heading !== '') box.append(node('div', 'sim-heading', heading))
      items.forEach((item, index) => box.append(button('sim-item', item, () => close(index), color)))
      box.append(button('sim-cancel', '取消', () => close(null)))
    })
  }

  get isOpen(): boolean {
    return this.top !== undefined
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
    this.refreshNode = on
      ? node('div', 'sim-refresh', ...Array.from({ length: REFRESH_DOTS }, () => node('i', '')))
      : undefined
    if (this.refreshNode) this.attach(this.refreshNode)
  }

  private get top(): Element | undefined {
    return [...document.querySelectorAll('.sim-mask:not(.sim-clear)')].at(-1)
  }

  /** Opens a dialog of a look; `fill` draws it. */
  open<T>(className: string, fill: Fill<T>): OpenDialog<T> {
    const box = node('div', className)
    const mask = node('div', 'sim-mask', box)
    let answer: (result: T) => void = () => undefined
    const result = new Promise<T>((resolve) => {
      answer = (value) => {
        if (mask.isConnected) this.darken(-1)
        mask.remove()
        resolve(value)
      }
    })
    fill(box, (value) => answer(value))
    this.attach(mask)
    this.darken(1)
    return { result, answer: (value) => answer(value) }
  }

  private darken(by: number): void {
    this.shades += by
    if (this.shades === 0 || (this.shades === 1 && by === 1)) this.shade(this.shades > 0)
  }

  private showToast(title: string, icon: string | Node, mask: boolean, loading: boolean): void {
    this.removeToast()
    const drawn = typeof icon === 'string' ? iconOf(icon) : icon
    const box = node('div', drawn ? 'sim-toast sim-tall' : 'sim-toast')
    if (drawn) box.append(drawn)
    if (title !== '') box.append(node('div', 'sim-words', title))
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
    if (!this.styled) document.head.append(node('style', '', overlayCss, sheetsCss))
    this.styled = true
    document.body.append(made)
  }
}

function iconOf(name: string): Element | undefined {
  if (name === 'none') return undefined
  if (name === 'loading') return spinner()
  return sign(name === 'error' || name === 'fail' ? 'error' : 'success')
}
