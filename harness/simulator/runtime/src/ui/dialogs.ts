// What WeChat draws over a page: toast, loading, modal, action sheet, refresh sign. Plain DOM outside the
// app's pages. Owns which dialog is on top and the shade over the bars; the larger sheets are files beside.

import type { Dict } from '../types'
import { button, node, sign, spinner } from './dom'
import overlayCss from './overlay.css'
import { Overlays } from './overlays'
import sheetsCss from './sheets.css'

export interface OpenDialog<T> {
  readonly result: Promise<T>
  /** Closes it with a result, as if the person had chosen it. */
  answer(result: T): void
}

/** What is opened: who asks for it, and what closing it by the phone's back comes to. */
interface Kind<T> {
  /** The API or component, as WeChat names it. */
  readonly name: string
  readonly back: T
  /** Whether it goes with the page it was opened on. */
  readonly ofPage?: boolean
}

export interface ModalResult extends Dict {
  confirm: boolean
  cancel: boolean
  content?: string
}

/**
 * Closed without touching a button: `cancel` says "取消" was touched, "用于 Android 系统区分点击蒙层关闭还是
 * 点击取消按钮关闭" (developers.weixin.qq.com/miniprogram/dev/api/ui/interaction/wx.showModal.html). That Android's
 * back does the same is not confirmed; that it closes a dialog, and `fail` is not called, is told in
 * developers.weixin.qq.com/community/personal/oCJUsw31s7YhxeKZhrRppzAvtoMc/follow.
 */
export const LEFT_BY_BACK: ModalResult = { confirm: false, cancel: false }

type Fill<T> = (box: HTMLElement, close: (result: T) => void) => void

const REFRESH_DOTS = 3

export class Dialogs {
  private toastNode: HTMLElement | undefined
  private toastTimer: ReturnType<typeof setTimeout> | undefined
  private toastIsLoading = false
  private refreshNode: HTMLElement | undefined
  private styled = false
  private shades = 0
  private readonly overlays = new Overlays()

  /** `appName` is who asks; `shade` darkens the bars around the app while a dialog is open. */
  constructor(
    readonly appName: string,
    private readonly shade: (on: boolean) => void,
  ) {}

  /**
   * Goes by itself, or with the page it was shown on: "关闭页面时立马消失"
   * (developers.weixin.qq.com/community/develop/doc/000a8ecb7a8470bf692773e5552800).
   */
  toast(
    title: string,
    options: { name?: string; icon: string; duration: number; mask: boolean; image?: string },
  ): void {
    const { name = 'showToast', icon, duration, mask, image } = options
    this.showToast(title, image === undefined ? icon : node('img', 'sim-picture'), mask, name)
    if (image !== undefined) this.toastNode?.querySelector('img')?.setAttribute('src', image)
    this.toastTimer = setTimeout(() => this.removeToast(), duration)
  }

  /**
   * Stays until it is hidden, whatever page comes: "需主动调用 wx.hideLoading 才能关闭提示框"
   * (developers.weixin.qq.com/miniprogram/dev/api/ui/interaction/wx.showLoading.html), and over the next tab
   * (…/community/develop/doc/000aeabb2148c07d182cce5e751c00).
   */
  loading(title: string, mask: boolean): void {
    this.showToast(title, 'loading', mask, 'showLoading')
  }

  /** Hides the loading sign or the toast; the other one stays. */
  hideToast(loading: boolean): void {
    if (this.toastIsLoading === loading) this.removeToast()
  }

  /** A touch beside it does not close it: "点击蒙层不会关闭模态弹窗" (…/api/ui/interaction/wx.showModal.html). */
  modal(options: Dict, name = 'showModal'): OpenDialog<ModalResult> {
    const text = (name: string, fallback: string): string => String(options[name] ?? fallback)
    const field = options['editable'] === true ? document.createElement('input') : undefined
    if (field) field.placeholder = text('placeholderText', '')
    if (field) field.value = text('content', '')
    return this.open<ModalResult>('sim-modal', { name, back: LEFT_BY_BACK }, (box, close) => {
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

  /**
   * Resolves to the index of the item, or null when cancelled. A touch beside it does not close it
   * (…/api/ui/interaction/wx.showActionSheet.html); back does, which is not confirmed.
   */
  sheet(
    items: readonly string[],
    name = 'showActionSheet',
    { heading = '', color }: { heading?: string; color?: unknown } = {},
  ): OpenDialog<number | null> {
    return this.open<number | null>('sim-sheet', { name, back: null }, (box, close) => {
      if (heading !== '') box.append(node('div', 'sim-heading', heading))
      items.forEach((item, index) => box.append(button('sim-item', item, () => close(index), color)))
      box.append(button('sim-cancel', '取消', () => close(null)))
    })
  }

  get isOpen(): boolean {
    return this.overlays.top !== undefined
  }

  /** The phone's back puts away the dialog on top; whether there was one. */
  back(): boolean {
    return this.overlays.back()
  }

  /** What goes with the page on top: see Overlays. */
  leaving(): () => void {
    return this.overlays.leaving()
  }

  /** A button of the dialog on top: `confirm`, `cancel`, or `item` with an index; rather one on screen. */
  button(action: string, index: number): HTMLElement | undefined {
    const found = [...(this.overlays.top?.querySelectorAll<HTMLElement>(`.sim-${CSS.escape(action)}`) ?? [])]
    return action === 'item' ? found[index] : (found.find(isOnScreen) ?? found[0])
  }

  /** The button of the dialog on top with this text on it. */
  labelled(text: string): HTMLElement | undefined {
    const buttons = [...(this.overlays.top?.querySelectorAll<HTMLElement>('[role=button]') ?? [])]
    return buttons.find((button) => button.textContent.trim() === text)
  }

  refreshing(on: boolean): void {
    this.refreshNode?.remove()
    this.refreshNode = on
      ? node('div', 'sim-refresh', ...Array.from({ length: REFRESH_DOTS }, () => node('i', '')))
      : undefined
    if (this.refreshNode) this.attach(this.refreshNode)
  }

  /** Opens a dialog of a look; `fill` draws it. */
  open<T>(className: string, { name, back, ofPage = false }: Kind<T>, fill: Fill<T>): OpenDialog<T> {
    const box = node('div', className)
    const mask = node('div', 'sim-mask', box)
    let answer: (result: T) => void = () => undefined
    const result = new Promise<T>((resolve) => {
      answer = (value) => {
        if (mask.isConnected) this.darken(-1)
        mask.remove()
        this.overlays.remove(mask)
        resolve(value)
      }
    })
    fill(box, (value) => answer(value))
    const away = (): void => answer(back)
    this.overlays.add({ name, dom: mask, ofPage, back: away, leave: away })
    this.attach(mask)
    this.darken(1)
    return { result, answer: (value) => answer(value) }
  }

  private darken(by: number): void {
    this.shades += by
    if (this.shades === 0 || (this.shades === 1 && by === 1)) this.shade(this.shades > 0)
  }

  private showToast(title: string, icon: string | Node, mask: boolean, name: string): void {
    this.removeToast()
    const drawn = typeof icon === 'string' ? iconOf(icon) : icon
    const box = node('div', drawn ? 'sim-toast sim-tall' : 'sim-toast')
    if (drawn) box.append(drawn)
    if (title !== '') box.append(node('div', 'sim-words', title))
    this.toastNode = mask ? node('div', 'sim-mask sim-clear', box) : box
    this.toastIsLoading = name === 'showLoading'
    this.overlays.add({
      name,
      dom: this.toastNode,
      ofPage: !this.toastIsLoading,
      leave: () => this.removeToast(),
    })
    this.attach(this.toastNode)
  }

  private removeToast(): void {
    clearTimeout(this.toastTimer)
    if (this.toastNode) this.overlays.remove(this.toastNode)
    this.toastNode?.remove()
    this.toastNode = undefined
  }

  private attach(made: HTMLElement): void {
    if (!this.styled) document.head.append(node('style', '', overlayCss, sheetsCss))
    this.styled = true
    document.body.append(made)
  }
}

/** Whether a finger could reach the middle of it; the viewer of pictures has some beside the screen. */
function isOnScreen(node: Element): boolean {
  const { left, width } = node.getBoundingClientRect()
  const middle = left + width / 2
  return middle >= 0 && middle <= window.innerWidth
}

function iconOf(name: string): Element | undefined {
  if (name === 'none') return undefined
  if (name === 'loading') return spinner()
  return sign(name === 'error' || name === 'fail' ? 'error' : 'success')
}
