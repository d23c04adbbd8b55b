// The wx object: the families put together. A new API goes into its family's file.

import { BUILTINS } from '../builtins'
import { NATIVE_TAGS } from '../builtins/native'
import type { Dict } from '../types'
import { account } from './account'
import { createAnimation } from './animation'
import { canvasApis } from './canvas'
import { publish, type Family, type WxContext } from './calls'
import { choosing } from './choosing'
import { client } from './client'
import { device } from './device'
import { events } from './events'
import { fileSystem } from './files'
import { interaction } from './interaction'
import { location } from './location'
import { media } from './media'
import { navigation } from './navigation'
import { network } from './network'
import { opening } from './open'
import { performanceApi } from './performance'
import { PLATFORM, wrongArguments } from './platform'
import { privacy } from './privacy'
import { NodeIntersectionObserver, SelectorQuery } from './selector-query'
import { sharing } from './sharing'
import { sockets } from './sockets'
import { storage } from './storage'
import { system } from './system'
import { tabBar } from './tab-bar'
import { transfers } from './transfers'
import { unsupportedApis } from './unsupported'
import { videoContexts } from './video'

const queries: Family = (context) => ({
  values: {
    createSelectorQuery: () => new SelectorQuery(context),
    createIntersectionObserver: (scope: object, options?: object) =>
      new NodeIntersectionObserver(context, scope, options),
    createAnimation,
  },
})

const FAMILIES: readonly Family[] = [
  account,
  canvasApis,
  choosing,
  client,
  device,
  events,
  fileSystem,
  interaction,
  location,
  media,
  navigation,
  network,
  opening,
  performanceApi,
  privacy,
  queries,
  sharing,
  sockets,
  storage,
  system,
  tabBar,
  transfers,
  videoContexts,
]

export interface Wx {
  /** What apps use. Every property can be redefined; drivers do. */
  readonly object: Dict
  /** The API works here: it exists and is no gap. */
  supports(name: string): boolean
}

type AnyFunction = (...args: unknown[]) => unknown

function watchedFunction(name: string, run: AnyFunction, { exceptions }: WxContext): AnyFunction {
  return exceptions.watched(run, (args) => wrongArguments(name, PLATFORM[name]?.takes ?? [], args))
}

/** Names as those of APIs; not what libraries keep on `wx`, nor what a Promise or JSON asks of any object. */
const API_NAME = /^(?!then$|toJSON$)[a-z][A-Za-z0-9]+$/

/** Counts names that are read and that no API has: of what is newer than the published table, or misspelt. */
function countUnknownNames(object: Dict, { gaps }: WxContext): Dict {
  return new Proxy(object, {
    get(target, name, receiver): unknown {
      if (typeof name === 'string' && API_NAME.test(name) && !(name in target)) {
        // A library that keeps something of its own on `wx` looks whether it is there, and puts it there.
        queueMicrotask(() => {
          if (!(name in target)) gaps.note(`wx.${name}`)
        })
      }
      return Reflect.get(target, name, receiver)
    },
  })
}

export function createWx(context: WxContext): Wx {
  const object: Dict = {}
  const gaps = unsupportedApis(context.gaps, context.exceptions)
  const supports = (name: string): boolean => name in object && object[name] !== gaps[name]
  for (const family of FAMILIES) {
    const { calls = {}, values = {} } = family(context)
    for (const [name, value] of Object.entries(values)) {
      object[name] =
        typeof value === 'function' ? watchedFunction(name, value as AnyFunction, context) : value
    }
    for (const [name, call] of Object.entries(calls)) {
      object[name] = publish(name, context.privacy.guarded(name, call), context.exceptions)
    }
  }
  const routes = ['navigateTo', 'redirectTo', 'reLaunch', 'switchTab', 'navigateBack']
  object['router'] = Object.fromEntries(routes.map((name) => [name, object[name]]))
  object['canIUse'] = (schema: unknown): boolean => {
    const name = String(schema).split('.')[0] ?? ''
    return supports(name) || BUILTINS.some(({ tag }) => tag === name) || NATIVE_TAGS.includes(name)
  }
  for (const [name, api] of Object.entries(gaps)) object[name] ??= api
  return { object: countUnknownNames(object, context), supports }
}
