// Pages on the stack: creating one, its lifecycle, showing and hiding it, taking it away.
// One container per page in one document; only the page on top is displayed.

import type { Engine, Root } from '../engine/space'
import { callerOf, domOf, type EngineComponent } from '../engine/nodes'
import { decoded, formatQuery } from '../query-string'
import type { StyleSheets } from '../styles'
import type { SourceError } from '../errors'
import type { Dict } from '../types'
import { noteIn } from '../ui/source-note'
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
  /** What to ask before the page is left by going back. */
  alertBeforeUnload?: string | undefined
  /** The app's own tab bar on this page. */
  tabBar?: EngineComponent | undefined
}

interface PageEvents {
  raise(name: string, event: Dict): void
  /** The path of the app's own tab bar component, for a page that shows it. */
  customTabBar(route: string): string | undefined
  /** What is wrong with the files of a page. */
  sourceErrors(route: string): SourceError[]
}

export class Pages {
  readonly stack: PageEntry[] = []
  /** What stands in front of pages, and how it is closed. */
  readonly covers = new Map<EngineComponent, () => void>()
  /** Tab pages that are not on the stack but kept alive. */
  readonly keptTabs = new Map<string, PageEntry>()
  /** The route event that creates and closes pages now. */
  cause: Dict = {}
  private lastId = 0

  constructor(
    private readonly engine: Engine,
    private readonly styles: StyleSheets,
    private readonly exceptions: Exceptions,
    private readonly pageRouter: () => object,
    private readonly events: PageEvents,
  ) {}

  get nextId(): number {
    return this.lastId + 1
  }

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
    const { openType, routeEventId } = this.cause
    const event = { path: route, query, openType, routeEventId, componentFramework: 'glass-easel' }
    this.events.raise('BeforePageLoad', event)
    const entry = this.create(route, query, channel)
    this.stack.push(entry)
    this.addTabBar(entry)
    this.display(entry)
    const placeholder = document.createElement('span')
    document.body.append(placeholder)
    entry.root.attach(
      document.body as unknown as Parameters<Root['attach']>[0],
      placeholder as unknown as Parameters<Root['attach']>[1],
    )
    this.tellErrors(entry)
    this.exceptions.call(entry.instance, 'onLoad', query)
    this.callShow(entry)
    this.events.raise('AfterPageLoad', event)
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
    this.callHide(entry)
    this.conceal(entry)
  }

  /** Ends a page, then takes it off the stack. */
  close(entry: PageEntry): void {
    const event = { path: entry.route, routeEventId: this.cause['routeEventId'] }
    this.events.raise('BeforePageUnload', event)
    this.exceptions.call(entry.instance, 'onUnload')
    this.conceal(entry)
    const dom = domOf(entry.component)
    entry.root.release()
    dom?.remove()
    const place = this.stack.indexOf(entry)
    if (place >= 0) this.stack.splice(place, 1)
    if (this.keptTabs.get(entry.route) === entry) this.keptTabs.delete(entry.route)
    this.events.raise('AfterPageUnload', event)
  }

  /** Closes what stands in front of the page on top; undefined when nothing does. */
  get closeCover(): (() => void) | undefined {
    const page = this.top && domOf(this.top.component)
    return [...this.covers].reverse().find(([node]) => page?.contains(domOf(node) ?? null))?.[1]
  }

  /** The app goes to the background, or comes back: its page hears of it, and stays where it is. */
  inBackground(entry: PageEntry, hidden: boolean): void {
    if (hidden) this.callHide(entry)
    else this.callShow(entry)
  }

  /** After the route: lifetimes that tell the page its transition is over. */
  routeDone(entry: PageEntry): void {
    entry.component.triggerPageLifetime('routeDone', [])
    this.exceptions.call(entry.instance, 'onRouteDone')
  }

  private create(route: string, query: Dict<string>, channel: EventChannel | undefined): PageEntry {
    const root = this.engine.createRoot(route, formatQuery(decoded(query)))
    const component = root.getComponent() as unknown as EngineComponent
    const id = ++this.lastId
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

  /** A page that lacks a part of it says so: to whoever looks at it, and to whoever drives it. */
  private tellErrors({ route, component }: PageEntry): void {
    const errors = this.events.sourceErrors(route)
    const dom = domOf(component)
    if (dom && errors.length > 0) noteIn(dom, errors)
    for (const error of errors) this.exceptions.report(error)
  }

  /** The components of a page hear of it before the page does. */
  private callShow(entry: PageEntry): void {
    entry.component.triggerPageLifetime('show', [])
    this.exceptions.call(entry.instance, 'onShow')
  }

  private callHide(entry: PageEntry): void {
    entry.component.triggerPageLifetime('hide', [])
    this.exceptions.call(entry.instance, 'onHide')
  }

  /** The app's own tab bar is the last node of each tab page. */
  private addTabBar(entry: PageEntry): void {
    const path = this.events.customTabBar(entry.route)
    const shadow = entry.component.getShadowRoot()
    const definition = path === undefined ? undefined : this.engine.definition(path)
    if (path === undefined || !shadow || !definition) return
    entry.tabBar = shadow.createComponentByDef(path.split('/')[0] ?? path, definition)
    shadow.appendChild(entry.tabBar)
  }

  private display(entry: PageEntry): void {
    domOf(entry.component)?.removeAttribute('mp-hidden')
    this.styles.showPage(entry.route)
    window.scrollTo(0, entry.scrollTop)
  }

  private conceal(entry: PageEntry): void {
    entry.scrollTop = window.scrollY
    const dom = domOf(entry.component)
    // The keyboard goes while the page can still be told: a removed field loses its focus as well.
    if (dom?.contains(document.activeElement)) (document.activeElement as HTMLElement).blur()
    dom?.setAttribute('mp-hidden', '')
    this.styles.hidePage(entry.route)
  }
}
