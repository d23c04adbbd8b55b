// Route changes: one after the other, each in a task of its own, as WeChat does them. Owns the page stack's
// order of events; the rules are in stack-rules.ts, the pages themselves in pages.ts.

import type { AppConfig } from '../config'
import { AppError } from '../errors'
import type { Dict } from '../types'
import type { Exceptions } from './exceptions'
import type { ComponentLoader } from './loader'
import type { EventChannel, PageEntry, Pages } from './pages'
import { pagesToClose, refusal, routeTarget, type OpenType, type RouteTarget } from './stack-rules'

interface RouteDone extends Dict {
  webviewId: number
  path: string
  query: Dict<string>
  openType: OpenType
  renderer: 'webview'
  routeEventId: string
}

/** A route change that may go ahead: where it leads, and doing it. */
interface Plan {
  route: string
  query: Dict<string>
  /** The page that will be on top; undefined for one that is yet to be made. */
  page?: PageEntry | undefined
  /** How many pages there will be. */
  depth: number
  run(): PageEntry
}

/** When one route change began, when its page was shown, when it was over. */
export interface RouteTiming {
  readonly entry: PageEntry
  readonly opened: boolean
  readonly openType: OpenType
  readonly startTime: number
  readonly shownTime: number
  readonly doneTime: number
}

type RouteListener = (event: RouteDone) => void

/** Who hears of route changes, besides listeners, and who is asked. */
interface RouterEvents {
  /** Draws what belongs around a page that is about to be on top. */
  arrange(shown: { route: string; bar: Dict; depth: number }): Promise<void>
  /** What goes with the page on top: the function takes it away. */
  leaving(): () => void
  readonly exceptions: Exceptions
  raise(name: string, event: Dict): void
  /** Whether the person leaves a page that asks before it goes. */
  mayLeave(question: string): Promise<boolean>
}

const now = (): number => performance.timeOrigin + performance.now()

/**
 * How long a page slides away, after `wx.navigateBack` has succeeded; in WeChat it takes several times as
 * long. Minium waits for the end of the route once it has the answer, and where the end had come before,
 * for 5 s.
 */
const SLIDE_MS = 60

const pause = (ms: number) => (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const nextTask = pause(0)

export class Router {
  /** `wx.onAppRouteDone`: after every change, whoever caused it. */
  readonly onRouteDone = new Set<RouteListener>()
  readonly onRoute = new Set<RouteListener>()
  readonly onMeasured = new Set<(timing: RouteTiming) => void>()
  private tail: Promise<unknown> = Promise.resolve()

  private routes = 0

  constructor(
    private readonly config: AppConfig,
    private readonly pages: Pages,
    private readonly loader: ComponentLoader,
    private readonly events: RouterEvents,
  ) {}

  /** Opens the first page and resolves after its onReady. */
  async launch(target: RouteTarget): Promise<PageEntry> {
    const entry = await this.enqueue('appLaunch', () => this.opening(target, 1))
    await this.tail
    return entry
  }

  navigateTo(url: string, channel: EventChannel): Promise<PageEntry> {
    return this.enqueue('navigateTo', () =>
      this.opening(this.target('navigateTo', url), this.pages.stack.length + 1, channel, () => {
        if (this.pages.top) this.pages.hide(this.pages.top)
      }),
    )
  }

  redirectTo(url: string): Promise<PageEntry> {
    return this.enqueue('redirectTo', () =>
      this.opening(this.target('redirectTo', url), this.pages.stack.length, undefined, () => this.closeTop()),
    )
  }

  reLaunch(url: string): Promise<PageEntry> {
    return this.enqueue('reLaunch', () =>
      this.opening(this.target('reLaunch', url), 1, undefined, () => this.closeAll()),
    )
  }

  switchTab(url: string): Promise<PageEntry> {
    return this.enqueue('switchTab', () => {
      const { route } = this.target('switchTab', url)
      const { top } = this.pages
      if (top?.route === route) return { route, query: top.query, page: top, depth: 1, run: () => top }
      this.loader.ensure(route)
      const page = this.pages.keptTabs.get(route) ?? this.pages.stack.find((entry) => entry.route === route)
      return { route, query: page?.query ?? {}, page, depth: 1, run: () => this.enterTab(route, page) }
    })
  }

  /**
   * Closes what stands in front of the page instead, where anything does. Asks first when the page wants that
   * (`wx.enableAlertBeforeUnload`).
   */
  async navigateBack(delta: unknown): Promise<PageEntry> {
    const leave = this.events.leaving()
    await this.tail
    const leaving = this.pages.top
    const { closeCover } = this.pages
    if (leaving && closeCover) {
      closeCover()
      return leaving
    }
    const question = leaving?.alertBeforeUnload
    if (leaving && question !== undefined && this.pages.stack.length > 1) {
      if (!(await this.events.mayLeave(question))) throw new AppError('cancel')
    }
    return this.enqueue('navigateBack', () => this.closing(delta), leave)
  }

  /** Resolves when no route change is under way. */
  settled(): Promise<unknown> {
    return this.tail
  }

  private enqueue(openType: OpenType, plan: () => Plan, leave = this.events.leaving()): Promise<PageEntry> {
    const startTime = now()
    const changed = this.tail.then(nextTask).then(async () => {
      const { route, query, page, depth, run } = plan()
      await this.events.arrange({ route, bar: page?.bar ?? {}, depth })
      const event = this.event(openType, route, query, page?.id ?? this.pages.nextId)
      this.pages.cause = event
      this.events.raise('BeforeAppRoute', event)
      const { top } = this.pages
      const entry = run()
      if (entry !== top) leave()
      this.announce(this.onRoute, event)
      return { entry, event, opened: entry !== page, shownTime: now() }
    })
    const rest = openType === 'navigateBack' ? pause(SLIDE_MS) : nextTask
    this.tail = changed.then(rest).then(
      async () => {
        const { entry, event, opened, shownTime } = await changed
        if (opened) this.pages.ready(entry)
        this.pages.routeDone(entry)
        this.announce(this.onRouteDone, event)
        const timing = { entry, opened, openType, startTime, shownTime, doneTime: now() }
        for (const listener of this.onMeasured) listener(timing)
      },
      () => undefined,
    )
    return changed.then(({ entry }) => entry)
  }

  private event(openType: OpenType, path: string, query: Dict<string>, webviewId: number): RouteDone {
    const routeEventId = `${++this.routes}_${Date.now()}`
    return { webviewId, path, query, openType, renderer: 'webview', routeEventId, notFound: false }
  }

  private announce(listeners: Set<RouteListener>, event: RouteDone): void {
    for (const listener of listeners) this.events.exceptions.guard(listener, event)
  }

  private target(type: OpenType, url: string): RouteTarget {
    const target = routeTarget(url, this.pages.top?.route ?? '')
    const reason = refusal(type, target, {
      isPage: (route) => this.config.isPage(route),
      isTab: (route) => this.config.isTab(route),
      depth: this.pages.stack.length,
    })
    if (reason !== undefined) throw new AppError(reason)
    return target
  }

  /** The plan for a new page: `before` makes room for it. */
  private opening(
    { route, query }: RouteTarget,
    depth: number,
    channel?: EventChannel,
    before?: () => void,
  ): Plan {
    this.loader.ensure(route)
    const run = (): PageEntry => {
      before?.()
      return this.pages.open(route, query, channel)
    }
    return { route, query, depth, run }
  }

  /** The plan for going back over as many pages as there are, at most. */
  private closing(delta: unknown): Plan {
    const count = pagesToClose(delta, this.pages.stack.length)
    const page = this.pages.stack.at(-1 - count)
    if (count < 1 || !page) throw new AppError('cannot navigate back at first page.')
    const { route, query } = page
    const run = (): PageEntry => {
      for (let i = 0; i < count; i++) this.closeTop()
      this.pages.show(page)
      return page
    }
    return { route, query, page, depth: this.pages.stack.length - count, run }
  }

  private closeTop(): void {
    if (this.pages.top) this.pages.close(this.pages.top)
  }

  private closeAll(): void {
    while (this.pages.stack.length > 0) this.closeTop()
    for (const kept of [...this.pages.keptTabs.values()]) this.pages.close(kept)
  }

  /** Leaves only the tab page on the stack; a tab page at the bottom of it is kept alive. */
  private enterTab(route: string, page: PageEntry | undefined): PageEntry {
    const { stack, keptTabs } = this.pages
    const onlyBase = stack.length === 1
    while (stack.length > 1) this.closeTop()
    const base = stack[0]
    if (base && base !== page) {
      if (!this.config.isTab(base.route)) this.pages.close(base)
      else {
        if (onlyBase) this.pages.hide(base)
        stack.pop()
        keptTabs.set(base.route, base)
      }
    }
    if (!page) return this.pages.open(route, {})
    if (keptTabs.delete(route)) stack.push(page)
    this.pages.show(page)
    return page
  }
}
