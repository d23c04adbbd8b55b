// wx.createSelectorQuery and the observers of a component's nodes.

import {
  dataOf,
  domOf,
  elementOf,
  isComponent,
  type EngineComponent,
  type EngineElement,
} from '../engine/nodes'
import { isRecord } from './calls'
import { controlOf } from '../builtins/control'
import type { Pages } from '../app/pages'
import type { Exceptions } from '../app/exceptions'
import type { Dict } from '../types'

type Callback = (result: unknown) => void

export interface QueryContext {
  readonly pages: Pages
  readonly exceptions: Exceptions
}

interface Query {
  scope: object | undefined
  selector: string | undefined
  all: boolean
  fields: Dict
  callback: Callback | undefined
}

const RECT_FIELDS: Dict = { id: true, dataset: true, rect: true, size: true }

/** Nodes inside one component by the framework's own selectors (`#id .class > >>>`). */
export function selectNodes(scope: object, selector: string, all: boolean): EngineElement[] {
  const element = elementOf(scope)
  const shadow = isComponent(element) ? element.getShadowRoot() : null
  if (!shadow) return []
  const found = all ? shadow.querySelectorAll(selector) : [shadow.querySelector(selector)]
  return found.filter((node): node is EngineElement => node !== null)
}

const wants = (fields: Dict, name: string): boolean => Boolean(fields[name])

function rectFields(box: DOMRect, fields: Dict): Dict {
  return {
    ...(wants(fields, 'rect') && { left: box.left, top: box.top, right: box.right, bottom: box.bottom }),
    ...(wants(fields, 'size') && { width: box.width, height: box.height }),
  }
}

function scrollFields(dom: Element): Dict {
  const { scrollLeft, scrollTop, scrollWidth, scrollHeight } = dom
  return { scrollLeft, scrollTop, scrollWidth, scrollHeight }
}

function picked(names: unknown, read: (name: string) => unknown): Dict {
  if (!Array.isArray(names)) return {}
  return Object.fromEntries(names.map((name) => [String(name), read(String(name))]))
}

function nodeFields(element: EngineElement, fields: Dict): Dict {
  const dom = domOf(element)
  const data: Dict = isComponent(element) ? dataOf(element) : {}
  const style = dom && getComputedStyle(dom)
  return {
    ...(wants(fields, 'id') && { id: element.id }),
    ...(wants(fields, 'dataset') && { dataset: { ...(element.dataset as Dict) } }),
    ...(wants(fields, 'mark') && { mark: element.collectMarks() }),
    ...rectFields(dom?.getBoundingClientRect() ?? new DOMRect(), fields),
    ...(wants(fields, 'scrollOffset') && dom ? scrollFields(dom) : {}),
    ...picked(fields['properties'], (name) => data[name] ?? dom?.getAttribute(name)),
    ...picked(fields['computedStyle'], (name) => style?.getPropertyValue(dashed(name))),
    ...(wants(fields, 'node') && { node: controlOf(element)?.apiNode() ?? null }),
    ...(wants(fields, 'context') && { context: controlOf(element)?.apiContext() ?? null }),
  }
}

function viewportFields(fields: Dict): Dict {
  return {
    ...(wants(fields, 'id') && { id: '' }),
    ...(wants(fields, 'dataset') && { dataset: {} }),
    ...rectFields(new DOMRect(0, 0, window.innerWidth, window.innerHeight), fields),
    ...(wants(fields, 'scrollOffset') && {
      ...scrollFields(document.documentElement),
      scrollTop: window.scrollY,
    }),
  }
}

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

class NodesRef {
  constructor(
    private readonly owner: SelectorQuery,
    private readonly selector: string | undefined,
    private readonly all: boolean,
  ) {}

  fields(wanted: unknown, callback?: Callback): SelectorQuery {
    const fields = isRecord(wanted) ? wanted : {}
    return this.owner.push({ selector: this.selector, all: this.all, fields, callback })
  }

  boundingClientRect(callback?: Callback): SelectorQuery {
    return this.fields(RECT_FIELDS, callback)
  }

  scrollOffset(callback?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, scrollOffset: true }, callback)
  }

  context(callback?: Callback): SelectorQuery {
    return this.fields({ context: true }, callback)
  }

  node(callback?: Callback): SelectorQuery {
    return this.fields({ node: true }, callback)
  }
}

/** Queries under way: each looks at the page when its turn comes, and what it returns then tells the app. */
let asked: (() => () => void)[] = []

/**
 * All are answered before the app hears of any, as in WeChat, where the page is drawn elsewhere: what the app
 * does with one answer does not change another that it is already waiting for.
 */
function answerAll(): void {
  const looks = asked
  asked = []
  for (const tell of looks.map((look) => look())) tell()
}

export class SelectorQuery {
  private scope: object | undefined
  private readonly queries: Query[] = []

  constructor(private readonly context: QueryContext) {}

  in(scope: object): this {
    this.scope = scope
    return this
  }

  select(selector: string): NodesRef {
    return new NodesRef(this, selector, false)
  }

  selectAll(selector: string): NodesRef {
    return new NodesRef(this, selector, true)
  }

  selectViewport(): NodesRef {
    return new NodesRef(this, undefined, false)
  }

  push(query: Omit<Query, 'scope'>): this {
    this.queries.push({ ...query, scope: this.scope })
    return this
  }

  exec(callback?: Callback): this {
    asked.push(() => {
      const { exceptions } = this.context
      const found = this.queries.map((query) => ({
        callback: query.callback,
        result: exceptions.guard(() => this.run(query)) ?? null,
      }))
      return () => {
        for (const { callback: told, result } of found) if (told) exceptions.guard(told, result)
        if (callback)
          exceptions.guard(
            callback,
            found.map(({ result }) => result),
          )
      }
    })
    if (asked.length === 1) setTimeout(answerAll)
    return this
  }

  private run({ scope, selector, all, fields }: Query): unknown {
    if (selector === undefined) return viewportFields(fields)
    const root = scope ?? this.context.pages.top?.instance
    const found = root ? selectNodes(root, selector, all) : []
    if (all) return found.map((element) => nodeFields(element, fields))
    return found[0] ? nodeFields(found[0], fields) : null
  }
}

interface ObserverOptions {
  thresholds?: number[]
  initialRatio?: number
  observeAll?: boolean
}

const plainRect = (rect: DOMRectReadOnly | null): Dict | null =>
  rect && {
    left: rect.left,
    top: rect.top,
    right: rect.right,
    bottom: rect.bottom,
    width: rect.width,
    height: rect.height,
  }

/** The framework's own observer reports neither id nor dataset. */
export class NodeIntersectionObserver {
  private readonly observers: IntersectionObserver[] = []
  private reference: string | undefined
  private margins = '0px'

  constructor(
    private readonly context: QueryContext,
    private readonly scope: object,
    private readonly options: ObserverOptions = {},
  ) {}

  relativeTo(selector: string, margins?: unknown): this {
    this.reference = selector
    return this.setMargins(margins)
  }

  relativeToViewport(margins?: unknown): this {
    this.reference = undefined
    return this.setMargins(margins)
  }

  observe(selector: string, callback: Callback): void {
    const reference =
      this.reference === undefined ? undefined : selectNodes(this.scope, this.reference, false)[0]
    // Named, for a frame's view of another site has neither margins nor bounds.
    const root = (reference && domOf(reference)) ?? document
    for (const element of selectNodes(this.scope, selector, this.options.observeAll === true)) {
      const dom = domOf(element)
      if (dom) this.watch(element as EngineComponent, dom, root, callback)
    }
  }

  disconnect(): void {
    for (const observer of this.observers.splice(0)) observer.disconnect()
  }

  private setMargins(given: unknown): this {
    const margins = isRecord(given) ? given : {}
    this.margins = ['top', 'right', 'bottom', 'left']
      .map((side) => `${Number(margins[side] ?? 0)}px`)
      .join(' ')
    return this
  }

  private watch(element: EngineElement, dom: Element, root: Element | Document, callback: Callback): void {
    const { thresholds = [0], initialRatio = 0 } = this.options
    let first = true
    const report = (entry: IntersectionObserverEntry): void => {
      const ratio = entry.intersectionRatio
      const unchanged = thresholds.every(
        (at) => initialRatio === ratio || (initialRatio - at) * (ratio - at) > 0,
      )
      const skip = first && unchanged
      first = false
      if (skip) return
      const result = {
        id: element.id,
        dataset: { ...(element.dataset as Dict) },
        intersectionRatio: ratio,
        intersectionRect: plainRect(entry.intersectionRect),
        boundingClientRect: plainRect(entry.boundingClientRect),
        relativeRect: plainRect(entry.rootBounds),
        time: Date.now(),
      }
      this.context.exceptions.guard(callback, result)
    }
    const options = { root, rootMargin: this.margins, threshold: thresholds }
    const observer = new IntersectionObserver((entries) => entries.forEach(report), options)
    observer.observe(dom)
    this.observers.push(observer)
  }
}
