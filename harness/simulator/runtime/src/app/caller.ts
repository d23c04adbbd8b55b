// Methods every page and component has besides the framework's own: queries, channels, animations.

import * as adapter from 'glass-easel-miniprogram-adapter'
import { callerOf, domOf, elementOf, type EngineComponent } from '../engine/nodes'
import type { Dict } from '../types'
import { NodeIntersectionObserver, SelectorQuery, selectNodes, type QueryContext } from '../wx/selector-query'
import { createEventChannel } from './event-channel'
import type { PageEntry } from './pages'

type Keyframes = Dict[]

export function extendCallers(context: QueryContext, wx: () => Dict): void {
  const entryOf = (caller: object): PageEntry | undefined =>
    context.pages.owning(elementOf(caller) as EngineComponent) ?? context.pages.top

  const methods: Dict = {
    createSelectorQuery(this: object) {
      return new SelectorQuery(context).in(this)
    },
    createIntersectionObserver(this: object, options?: object) {
      return new NodeIntersectionObserver(context, this, options)
    },
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
    animate(this: object, selector: string, keyframes: Keyframes, duration: number, done?: () => void) {
      for (const element of selectNodes(this, selector, true)) {
        domOf(element)?.animate(keyframes.map(toKeyframe), { duration, fill: 'forwards' })
      }
      setTimeout(() => done?.call(this), duration)
    },
    clearAnimation(this: object, selector: string, options?: object | (() => void), done?: () => void) {
      for (const element of selectNodes(this, selector, true)) {
        for (const animation of domOf(element)?.getAnimations() ?? []) animation.cancel()
      }
      const callback = typeof options === 'function' ? (options as () => void) : done
      callback?.call(this)
    },
    setUpdatePerformanceListener: () => undefined,
    setInitialRenderingCache: () => undefined,
    renderer: 'webview',
  }
  const prototype = adapter.component.ComponentCaller.prototype as unknown as Dict
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true })
  }
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

function toKeyframe(frame: Dict): Keyframe {
  const rest = { ...frame } as Dict<string | number>
  const easing = frame['ease']
  delete rest['ease']
  return typeof easing === 'string' ? { ...rest, easing } : rest
}
