// The Page.* methods of the automation protocol.

import { AutomationError, noSuchElement } from '../errors'
import { evaluateInView } from '../modules'
import type { Dict } from '../types'
import type { AutomationContext, Handlers } from './context'
import { pageNode } from './elements'
import { findInPage } from './lookup'
import { dict, list, stringList, valueAt } from './values'
import { findByXpath } from './xpath'

/** Calls a method of a page or component and awaits what it returns. */
export async function callMethod(target: Dict, kind: string, params: Dict): Promise<Dict> {
  const name = String(params['method'])
  const method = target[name]
  if (typeof method !== 'function') throw new AutomationError(`${kind}.${name} not exists`)
  return { result: await (Reflect.apply(method, target, list(params['args'])) as unknown) }
}

export function dataResult(data: unknown, path: unknown): Dict {
  const found = typeof path === 'string' && path !== '' ? valueAt(data, path) : data
  return { data: found ?? null }
}

/** Sets data on a page or component; the page shows it when this returns. */
export function setData(target: Dict, data: unknown): Dict {
  const set = target['setData'] as (data: Dict) => void
  set.call(target, dict(data))
  return {}
}

declare global {
  interface Window {
    /** Where WeChat's view layer keeps the window settings of its page. */
    __wxConfigWindow__?: Dict
  }
}

export function pageHandlers({ config, elements }: AutomationContext): Handlers {
  return {
    'Page.getElement'(params) {
      const entry = elements.page(params)
      const [node] = findInPage(entry, String(params['selector']))
      if (!node) throw noSuchElement()
      return elements.describe(entry, node)
    },
    'Page.getElements'(params) {
      const entry = elements.page(params)
      const nodes = findInPage(entry, String(params['selector']))
      return { elements: nodes.map((node) => elements.describe(entry, node)) }
    },
    'Page.getElementByXpath'(params) {
      const entry = elements.page(params)
      const [node] = findByXpath(pageNode(entry), String(params['selector']))
      if (!node) throw noSuchElement()
      return elements.describe(entry, node)
    },
    'Page.getElementsByXpath'(params) {
      const entry = elements.page(params)
      const nodes = findByXpath(pageNode(entry), String(params['selector']))
      return { elements: nodes.map((node) => elements.describe(entry, node)) }
    },
    'Page.getData'(params) {
      return dataResult(elements.page(params).instance['data'], params['path'])
    },
    'Page.setData'(params) {
      return setData(elements.page(params).instance, params['data'])
    },
    'Page.callMethod'(params) {
      return callMethod(elements.page(params).instance, 'page', params)
    },
    async 'Page.callFunction'(params) {
      const { route } = elements.page(params)
      window.__wxConfigWindow__ = config.windowOf(route)
      const run = evaluateInView(String(params['functionDeclaration']))
      return { result: await run(...list(params['args'])) }
    },
    'Page.getWindowProperties'(params) {
      elements.page(params)
      return { properties: stringList(params['names']).map((name) => valueAt(window, name) ?? null) }
    },
  }
}
