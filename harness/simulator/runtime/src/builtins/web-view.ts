// <web-view>: a web page in a frame over the page, and what that page says to the mini-program.
// https://developers.weixin.qq.com/miniprogram/dev/component/web-view.html

import type { Dict } from '../types'
import { Control, text, type BuiltinDeclaration } from './control'

const ROUTES = /^(navigateTo|navigateBack|switchTab|reLaunch|redirectTo)$/
const WEB_ADDRESS = /^https?:\/\//i

/** What a page says of itself comes from another process, and may come after the frame is loaded. */
const WORD_MS = 1000

interface Said {
  name: string
  arg: Dict
}

function saidBy(event: MessageEvent): Said | undefined {
  const said = (event.data as { webView?: Partial<Said> } | null)?.webView
  if (typeof said?.name !== 'string' || typeof said.arg !== 'object') return undefined
  return { name: said.name, arg: said.arg }
}

class WebViewControl extends Control {
  private messages: unknown[] = []
  private alive = false
  private loaded = false
  private silence: ReturnType<typeof setTimeout> | undefined
  private readonly hear = (event: MessageEvent): void => {
    const said = event.source === this.frame.contentWindow ? saidBy(event) : undefined
    if (said) this.take(said)
  }

  override attached(): void {
    window.addEventListener('message', this.hear)
    this.open()
  }

  override detached(): void {
    window.removeEventListener('message', this.hear)
    clearTimeout(this.silence)
    this.deliver()
  }

  override changed(name: string): void {
    if (name === 'src') this.open()
  }

  protected onLoad(): void {
    const src = this.string('src')
    if (src === '' || !WEB_ADDRESS.test(src)) return
    this.loaded = true
    // A page that never says a word is the browser's own, about an address that cannot be loaded.
    this.silence = setTimeout(() => this.settle(false), WORD_MS)
    if (this.alive) this.settle(true)
  }

  /** The frame is loaded and has said something, or has kept silent. */
  private settle(speaks: boolean): void {
    clearTimeout(this.silence)
    if (!this.loaded) return
    this.loaded = false
    const src = this.string('src')
    if (speaks) this.fire('load', { src })
    else this.fire('error', { url: src, fullUrl: src })
  }

  private get frame(): HTMLIFrameElement {
    return this.dom.firstElementChild as HTMLIFrameElement
  }

  private open(): void {
    const src = this.string('src')
    this.alive = false
    this.loaded = false
    // The app's own address would run in the app's frame; every other one is a stranger's.
    const foreign = WEB_ADDRESS.test(src) && new URL(src).origin !== window.location.origin
    if (foreign) this.frame.src = src
    else this.frame.removeAttribute('src')
    if (!foreign && src !== '') this.fire('error', { url: src, fullUrl: src })
  }

  private take({ name, arg }: Said): void {
    if (name === 'ready') {
      this.alive = true
      this.settle(true)
      if (typeof arg['title'] === 'string' && arg['title'] !== '') {
        this.host.pageSettings(this.node, { navigationBarTitleText: arg['title'] })
      }
    } else if (name === 'postMessage') {
      this.messages.push(arg['data'])
    } else if (ROUTES.test(name)) {
      if (name === 'navigateBack') this.deliver()
      this.host.navigate(name, arg)
    }
  }

  /** The page's messages come together, when the mini-program goes back or the component goes. */
  private deliver(): void {
    const data = this.messages.splice(0)
    if (data.length > 0) this.fire('message', { data })
  }
}

export const webView: BuiltinDeclaration = {
  tag: 'web-view',
  template: '<h-iframe sandbox="allow-scripts allow-forms allow-same-origin" bind:load="onLoad"/>',
  properties: { src: text(), progressbarColor: text() },
  control: WebViewControl,
}
