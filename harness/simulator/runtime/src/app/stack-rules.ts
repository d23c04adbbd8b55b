// The rules of the page stack, as pure decisions: what a route call may do, and the text of its refusal.

import { resolvePath } from '../paths'
import { splitUrl } from '../query-string'

export type OpenType = 'appLaunch' | 'navigateTo' | 'redirectTo' | 'navigateBack' | 'switchTab' | 'reLaunch'

// https://developers.weixin.qq.com/miniprogram/dev/api/route/wx.navigateTo.html: at most ten pages.
const MAX_PAGES = 10

export interface RouteTarget {
  route: string
  query: Record<string, string>
  /** The query as it was written. */
  search?: string
}

interface StackFacts {
  isPage(route: string): boolean
  isTab(route: string): boolean
  depth: number
}

/** What the route calls make of a name without a value; an app that is launched with one gets ''. */
const BARE = 'undefined'

/** The page a URL means, seen from the page on top. */
export function routeTarget(url: string, current: string, bare = BARE): RouteTarget {
  const { path, query } = splitUrl(url, bare)
  const route = path === '' ? current : resolvePath(current, path)
  const cut = url.indexOf('?')
  return { route: route.replace(/\.html$/, ''), query, search: cut < 0 ? '' : url.slice(cut) }
}

/** Why a call is refused (the part after `<api>:fail `), or undefined when it may go ahead. */
export function refusal(type: OpenType, target: RouteTarget, facts: StackFacts): string | undefined {
  if (!facts.isPage(target.route)) return `page "${target.route}${target.search ?? ''}" is not found`
  const tab = facts.isTab(target.route)
  if (type === 'switchTab') return tab ? undefined : 'can not switch to no-tabBar page'
  if (tab && (type === 'navigateTo' || type === 'redirectTo')) return `can not ${type} a tabbar page`
  if (type === 'navigateTo' && facts.depth >= MAX_PAGES) return 'webview count limit exceed'
  return undefined
}

/** How many pages navigateBack takes away: never the last one. */
export function pagesToClose(delta: unknown, depth: number): number {
  const wanted = Math.floor(Number(delta ?? 1))
  return Math.min(Number.isFinite(wanted) && wanted > 0 ? wanted : 1, depth - 1)
}
