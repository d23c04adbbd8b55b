// The App.* methods of the automation protocol.

import { AutomationError } from '../errors'
import type { PageEntry } from '../app/pages'
import type { Dict } from '../types'
import { isRecord } from '../wx/calls'
import { addBinding } from './bindings'
import type { AutomationContext, Handlers } from './context'
import { answersAtOnce } from './mocks'
import { list } from './values'

/**
 * Answered once the route is over. Minium goes on when it has heard of both, in whichever order; one end of a
 * route that it is told once more (harness/automator/outbox.py) must not stand for the next.
 */
const OPENS_A_PAGE = ['navigateTo', 'redirectTo', 'reLaunch', 'switchTab']

const TASK_APIS = ['request', 'downloadFile', 'uploadFile', 'connectSocket']

const pageInfo = ({ id, route, query }: PageEntry): Dict => ({
  pageId: id,
  path: route,
  query,
  renderer: 'webview',
})

/** Awaits an API whichever way it answers; a failure becomes an error with its errMsg. */
async function callWx(wx: Dict, name: string, args: unknown[]): Promise<unknown> {
  const api = wx[name]
  if (typeof api !== 'function') throw new AutomationError(`wx.${name} not exists`)
  const call = (...given: unknown[]): unknown => Reflect.apply(api, wx, given) as unknown
  if (answersAtOnce(name)) return call(...args)
  const options = isRecord(args[0]) ? args[0] : {}
  try {
    if (!TASK_APIS.includes(name)) return await call(options, ...args.slice(1))
    return await new Promise((success, fail) => call({ ...options, success, fail }))
  } catch (error) {
    const message = (error as Dict | undefined)?.['errMsg'] ?? (error as Error | undefined)?.message ?? error
    throw new AutomationError(String(message))
  }
}

export function appHandlers(context: AutomationContext): Handlers {
  const { modules, mocks, pages, router, global, bridge, wx } = context
  return {
    async 'App.callFunction'({ functionDeclaration, args }) {
      const run = modules.evaluateFunction(String(functionDeclaration))
      return { result: await run(...list(args)) }
    },
    async 'App.callWxMethod'({ method, args }) {
      const result = await callWx(wx, String(method), list(args))
      if (OPENS_A_PAGE.includes(String(method))) await router.settled()
      return { result }
    },
    'App.mockWxMethod'(params) {
      mocks.set(params)
      return {}
    },
    'App.addBinding'({ name }) {
      addBinding(String(name), global, bridge)
      return {}
    },
    async 'App.getCurrentPage'() {
      await router.settled()
      if (!pages.top) throw new AutomationError('no page is open')
      return pageInfo(pages.top)
    },
    async 'App.getPageStack'() {
      await router.settled()
      return { pageStack: pages.stack.map(pageInfo) }
    },
  }
}
