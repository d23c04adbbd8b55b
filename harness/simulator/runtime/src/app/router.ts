// Route changes: one after the other, each in a task of its own, as WeChat does them. Owns the page stack's
// order of events; the rules are in stack-rules.ts, the pages themselves in pages.ts.

import type { AppConfig } from '../config'
import { SourceError } from '../errors'
import type { Dict } from '../types'
import type { ComponentLoader } from './loader'
import type { EventChannel, PageEntry, Pages } from './pages'
import { pagesToClose, refusal, routeTarget, type OpenType, type RouteTarget } from './stack-rules'

export interface RouteDone extends Dict {
  webviewId: number
  path: string
  query: Dict<string>
  openType: OpenType
  renderer: 'webview'
}

interface Arrival {
  entry: PageEntry
  opened: boolean
}

/** When a route change began, when its page was first shown, and when it was over: ms since 1970. */
export interface RouteTiming extends Arrival {
  readonly openType: OpenType
  readonly startTime: number
  readonly shownTime: number
  readonly doneTime: number
}

type RouteListener = (event: RouteDone) => void

const now = (): number => performance.timeOrigin + performance.now()

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

export class Router {
  /** `wx.onAppRouteDone`: after every change, whoever caused it. */
  readonly onRouteDone = new Set<RouteListener>()
  readonly onRoute = new Set<RouteListener>()
  readonly onMeasured = new Set<(timing: RouteTiming) => void>()
  private tail: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly config: AppConfig,
    private readonly pages: Pages,
    private readonly loader: ComponentLoader,
    private readonly onShown: (entry: PageEntry) => void,
    private readonly guard: (run: () => void) => void,
  ) {}

  /** Opens the first page and resolves after its onReady. */
  async launch(target: RouteTarget): Promise<PageEntry> {
    const entry = await this.enqueue('appLaunch', () => this.open(target))
    await this.tail
    return entry
  }

  navigateTo(url: string, channel: EventChannel): Promise<PageEntry> {
    return this.enqueue('navigateTo', () => {
      const target = this.target('navigateTo', url)
      this.loader.ensure(target.route)
      if (this.pages.top) this.pages.hide(this.pages.top)
      return this.open(target, channel)
    })
  }

  redirectTo(url: string): Promise<PageEntry> {
    return this.enqueue('redirectTo', () => {
      const target = this.target('redirectTo', url)
      this.loader.ensure(target.route)
      const replaced = this.pages.stack.pop()
      if (replaced) this.pages.close(replaced)
      return this.open(target)
    })
  }

  reLaunch(url: string): Promise<PageEntry> {
    return this.enqueue('reLaunch', () => {
      const target = this.target('reLaunch', url)
      this.loader.ensure(target.route)
      this.closeAll()
      return this.open(target)
    })
  }

  switchTab(url: string): Promise<PageEntry> {
    return this.enqueue('switchTab', () => {
      const { route } = this.target('switchTab', url)
      const { top } = this.pages
      if (top?.route === route) return { entry: top, opened: false }
      this.loader.ensure(route)
      this.leaveForTab(route)
      return this.enterTab(route)
    })
  }

  navigateBack(delta: unknown): Promise<PageEntry> {
    return this.enqueue('navigateBack', () => {
      const count = pagesToClose(delta, this.pages.stack.length)
      if (count < 1) throw new Error('cannot navigate back at first page.')
      for (let i = 0; i < count; i++) this.closeTop()
      return this.arriveAtTop()
    })
  }

  /** Resolves when no route change is under way. */
  settled(): Promise<unknown> {
    return this.tail
  }

  private enqueue(openType: OpenType, change: () => Arrival): Promise<PageEntry> {
    const startTime = now()
    const changed = this.tail.then(nextTask).then(() => {
      const arrival = this.reported(openType, change)
      this.onShown(arrival.entry)
      this.announce(this.onRoute, arrival.entry, openType)
      return { ...arrival, shownTime: now() }
    })
    this.tail = changed.then(nextTask).then(
      async () => {
        const { entry, opened, shownTime } = await changed
        if (opened) this.pages.ready(entry)
        this.pages.routeDone(entry)
        this.announce(this.onRouteDone, entry, openType)
        const timing = { entry, opened, openType, startTime, shownTime, doneTime: now() }
        for (const listener of this.onMeasured) listener(timing)
      },
      () => undefined,
    )
    return changed.then(({ entry }) => entry)
  }

  /** Code that does not parse stops the boot; later it is an exception of the app. */
  private reported(openType: OpenType, change: () => Arrival): Arrival {
    try {
      return change()
    } catch (error) {
      if (error instanceof SourceError && openType !== 'appLaunch') {
        this.guard(() => {
          throw error
        })
      }
      throw error
    }
  }

  private announce(listeners: Set<RouteListener>, entry: PageEntry, openType: OpenType): void {
    const event: RouteDone = {
      webviewId: entry.id,
      path: entry.route,
      query: entry.query,
      openType,
      renderer: 'webview',
    }
    for (const listener of listeners) this.guard(() => listener(event))
  }

  private target(type: OpenType, url: string): RouteTarget {
    const target = routeTarget(url, this.pages.top?.route ?? '')
    const reason = refusal(type, target, {
      isPage: (route) => this.config.isPage(route),
      isTab: (route) => this.config.isTab(route),
      depth: this.pages.stack.length,
    })
    if (reason !== undefined) throw new Error(reason)
    return target
  }

  private open({ route, query }: RouteTarget, channel?: EventChannel): Arrival {
    this.loader.ensure(route)
    return { entry: this.pages.open(route, query, channel), opened: true }
  }

  private closeTop(): void {
    const closed = this.pages.stack.pop()
    if (closed) this.pages.close(closed)
  }

  private closeAll(): void {
    while (this.pages.stack.length > 0) this.closeTop()
    for (const kept of this.pages.keptTabs.values()) this.pages.close(kept)
    this.pages.keptTabs.clear()
  }

  private arriveAtTop(): Arrival {
    const entry = this.pages.top
    if (!entry) throw new Error('the page stack is empty')
    this.pages.show(entry)
    return { entry, opened: false }
  }

  /** Takes every page off the stack except a tab page at its bottom, which is kept alive. */
  private leaveForTab(next: string): void {
    const { stack, keptTabs } = this.pages
    const onlyBase = stack.length === 1
    while (stack.length > 1) this.closeTop()
    const base = stack[0]
    if (!base || base.route === next) return
    stack.pop()
    if (!this.config.isTab(base.route)) {
      this.pages.close(base)
      return
    }
    if (onlyBase) this.pages.hide(base)
    keptTabs.set(base.route, base)
  }

  private enterTab(route: string): Arrival {
    const kept = this.pages.keptTabs.get(route)
    if (kept) {
      this.pages.keptTabs.delete(route)
      this.pages.stack.push(kept)
    }
    if (this.pages.top?.route === route) return this.arriveAtTop()
    return this.open({ route, query: {} })
  }
}
