// Pages on the stack: creating one, its lifecycle, showing and hiding it, taking it away.
// One container per page in one document; only the page on top is displayed.

import type { Engine, Root } from '../engine/space'
import { callerOf, domOf, type EngineComponent } from '../engine/nodes'
import { formatQuery } from '../query-string'
import type { StyleSheets } from '../styles'
import type { Dict } from '../types'
import type { Exceptions } from './exceptions'

export interface EventChannel {
  emit(name: string, ...args: unknown[]): void
  on(name: string, listener: (...args: unknown[]) => void): void
  once(name: string, listener: (...args: unknown[]) => void): void
  off(name: string, listener?: (...args: unknown[]) => void): void
}

export interface PageEntry {
  readonly id: number
  readonly route: string
  readonly query: Dict<string>
  readonly root: Root
  readonly component: EngineComponent
  /** The `this` of the page's methods, what `getCurrentPages()` hands out. */
  readonly instance: Dict
  readonly channel: EventChannel | undefined
  /** Navigation bar settings the app changed at run time. */
  readonly bar: Dict
  scrollTop: number
}

export class Pages {
  readonly stack: PageEntry[] = []
  /** Tab pages that are not on the stack but kept alive. */
  readonly keptTabs = new Map<string, PageEntry>()
  private nextId = 1

  constructor(
    private readonly engine: Engine,
    private readonly styles: StyleSheets,
    private readonly exceptions: Exceptions,
    private readonly pageRouter: () => object,
  ) {}

  get top(): PageEntry | undefined {
    return this.stack.at(-1)
  }

  /** A page by id, on the stack or kept as a tab. */
  byId(id: number): PageEntry | undefined {
    return (
      this.stack.find((entry) => entry.id === id) ??
      [...this.keptTabs.values()].find((entry) => entry.id === id)
    )
  }

  /** The page a component lives on. */
  owning(component: EngineComponent): PageEntry | undefined {
    let host: EngineComponent | undefined = component
    while (host?.ownerShadowRoot) host = host.ownerShadowRoot.getHostNode()
    return [...this.stack, ...this.keptTabs.values()].find((entry) => entry.component === host)
  }

  /** Creates a page, puts it on the stack, shows it, and runs onLoad and onShow. */
  open(route: string, query: Dict<string>, channel?: EventChannel): PageEntry {
    const entry = this.create(route, query, channel)
    this.stack.push(entry)
    this.display(entry)
    const placeholder = document.createElement('span')
    document.body.append(placeholder)
    entry.root.attach(
      document.body as unknown as Parameters<Root['attach']>[0],
      placeholder as unknown as Parameters<Root['attach']>[1],
    )
    this.exceptions.call(entry.instance, 'onLoad', query)
    this.callShow(entry)
    return entry
  }

  /** The second half of opening a page: component `ready`, then onReady. */
  ready(entry: PageEntry): void {
    this.engine.ready.flush()
    this.exceptions.call(entry.instance, 'onReady')
  }

  show(entry: PageEntry): void {
    this.display(entry)
    this.callShow(entry)
  }

  hide(entry: PageEntry): void {
    this.exceptions.call(entry.instance, 'onHide')
    entry.component.triggerPageLifetime('hide', [])
    this.conceal(entry)
  }

  close(entry: PageEntry): void {
    this.exceptions.call(entry.instance, 'onUnload')
    this.conceal(entry)
    const dom = domOf(entry.component)
    entry.root.release()
    dom?.remove()
  }

  /** The app goes to the background, or comes back: its page hears of it, and stays where it is. */
  inBackground(entry: PageEntry, hidden: boolean): void {
    if (!hidden) {
      this.callShow(entry)
      return
    }
    this.exceptions.call(entry.instance, 'onHide')
    entry.component.triggerPageLifetime('hide', [])
  }

  /** After the route: lifetimes that tell the page its transition is over. */
  routeDone(entry: PageEntry): void {
    entry.component.triggerPageLifetime('routeDone', [])
    this.exceptions.call(entry.instance, 'onRouteDone')
  }

  private create(route: string, query: Dict<string>, channel: EventChannel | undefined): PageEntry {
    const root = this.engine.createRoot(route, formatQuery(query))
    const component = root.getComponent() as unknown as EngineComponent
    const id = this.nextId++
    const instance = callerOf(component)
    Object.assign(instance, {
      route,
      __route__: route,
      __wxWebviewId__: id,
      __wxExparserNodeId__: String(id),
      options: query,
      renderer: 'webview',
      pageRouter: this.pageRouter(),
      router: this.pageRouter(),
    })
    const dom = domOf(component)
    dom?.setAttribute('data-page-id', String(id))
    dom?.setAttribute('is', route)
    return { id, route, query, root, component, instance, channel, bar: {}, scrollTop: 0 }
  }

  private callShow(entry: PageEntry): void {
    this.exceptions.call(entry.instance, 'onShow')
    entry.component.triggerPageLifetime('show', [])
  }

  private display(entry: PageEntry): void {
    domOf(entry.component)?.removeAttribute('mp-hidden')
    this.styles.showPage(entry.route)
    window.scrollTo(0, entry.scrollTop)
  }

  private conceal(entry: PageEntry): void {
    entry.scrollTop = window.scrollY
    domOf(entry.component)?.setAttribute('mp-hidden', '')
    this.styles.hidePage(entry.route)
  }
}
