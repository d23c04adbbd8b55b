// Methods every page and component has besides the framework's own: queries, channels, animations.

import * as adapter from 'glass-easel-miniprogram-adapter'
import { callerOf, domOf, elementOf, type EngineComponent } from '../engine/nodes'
import { transform, whenOver } from '../engine/animation'
import { passOn } from '../fault'
import type { Dict } from '../types'
import type { Gaps } from '../wx/calls'
import { MediaQueryObserver } from '../wx/media-query'
import { wrongArguments } from '../wx/platform'
import { NodeIntersectionObserver, SelectorQuery, selectNodes, type QueryContext } from '../wx/selector-query'
import { createEventChannel } from './event-channel'
import type { Measures } from './measures'
import type { PageEntry } from './pages'

type Keyframes = Dict[]
type AnyMethod = (...args: unknown[]) => unknown

const [OBJECT, STRING] = [{ type: 'Object' }, { type: 'String' }]
/** What the framework's methods take, where it matters. */
const ARGUMENTS: Dict<readonly PlatformParameter[]> = {
  setData: [OBJECT],
  updateData: [OBJECT],
  triggerEvent: [STRING, { type: null }, { type: 'Object', optional: true }],
  groupSetData: [{ type: 'Function' }],
  groupUpdates: [{ type: 'Function' }],
  spliceArrayDataOnPath: [{ type: 'Array' }],
  replaceDataOnPath: [{ type: 'Array' }],
  hasBehavior: [OBJECT],
  selectComponent: [STRING],
  selectAllComponents: [STRING],
  animate: [STRING, { type: 'Array' }],
  clearAnimation: [STRING],
}

const TRANSFORM = /^(rotate|scale|skew|translate|matrix)/

interface CallerContext extends QueryContext {
  readonly gaps: Gaps
  readonly measures: Measures
}

export function extendCallers(context: CallerContext, wx: () => Dict): void {
  const entryOf = (caller: object): PageEntry | undefined =>
    context.pages.owning(elementOf(caller) as EngineComponent) ?? context.pages.top

  const methods: Dict = {
    createSelectorQuery(this: object) {
      return new SelectorQuery(context).in(this)
    },
    createIntersectionObserver(this: object, options?: object) {
      return new NodeIntersectionObserver(context, this, options)
    },
    createMediaQueryObserver: () => new MediaQueryObserver(context.exceptions),
    getPageId(this: object) {
      return `pageId:${entryOf(this)?.id ?? 0}`
    },
    getOpenerEventChannel(this: object) {
      return entryOf(this)?.channel ?? createEventChannel({}).opened
    },
    getTabBar(this: object) {
      const tabBar = entryOf(this)?.tabBar
      return tabBar ? callerOf(tabBar) : null
    },
    animate(this: object, selector: string, keyframes: Keyframes, duration: number, done?: unknown) {
      if (typeof done === 'object' && done !== null) {
        context.gaps.note('animate by a scroll timeline')
        return
      }
      const running = selectNodes(this, selector, true)
        .map((element) =>
          passOn(() => domOf(element)?.animate(keyframes.map(toKeyframe), { duration, fill: 'forwards' })),
        )
        .filter((animation) => animation !== undefined)
      if (typeof done === 'function') whenOver(running, duration, () => Reflect.apply(done, this, []))
    },
    clearAnimation(this: object, selector: string, options?: object | (() => void), done?: () => void) {
      for (const element of selectNodes(this, selector, true)) {
        for (const animation of domOf(element)?.getAnimations() ?? []) animation.cancel()
      }
      const callback = typeof options === 'function' ? (options as () => void) : done
      if (typeof callback === 'function') callback.call(this)
    },
    setUpdatePerformanceListener: () => context.gaps.note('setUpdatePerformanceListener'),
    // Only makes a first page faster.
    setInitialRenderingCache: () => undefined,
    renderer: 'webview',
  }
  const prototype = adapter.component.ComponentCaller.prototype as unknown as Dict
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true })
  }
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const { value } = Object.getOwnPropertyDescriptor(prototype, name) ?? {}
    if (typeof value !== 'function' || name === 'constructor') continue
    const run = name === 'setData' ? withMeasure(value as AnyMethod, context.measures) : (value as AnyMethod)
    const watched = context.exceptions.watched(run, (args) =>
      wrongArguments(name, ARGUMENTS[name] ?? [], args),
    )
    Object.defineProperty(prototype, name, { value: watched, configurable: true, writable: true })
  }
  // An app that copies an instance, as `setData` does, is to get what is its own, not the whole framework.
  Object.defineProperty(prototype, '_$', {
    configurable: true,
    set(this: object, value: unknown) {
      Object.defineProperty(this, '_$', { value, configurable: true, writable: true })
    },
  })
  for (const name of ['router', 'pageRouter']) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get: wx,
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, configurable: true, writable: true })
      },
    })
  }
}

function withMeasure(run: AnyMethod, measures: Measures): AnyMethod {
  return function (this: unknown, ...args) {
    return measures.setData(args[0], () => Reflect.apply(run, this, args) as unknown)
  }
}

/** A keyframe names transforms one by one, with numbers as `wx.createAnimation` takes them. */
function toKeyframe({ ease, ...frame }: Dict): Keyframe {
  const named = Object.entries(frame) as [string, string | number | (string | number)[]][]
  const transforms = named.filter(([name]) => TRANSFORM.test(name))
  return {
    ...(Object.fromEntries(named.filter(([name]) => !TRANSFORM.test(name))) as Keyframe),
    ...(transforms.length > 0 && {
      transform: transforms.map(([name, value]) => transform(name, [value].flat())).join(' '),
    }),
    ...(typeof ease === 'string' && { easing: ease }),
  }
}
