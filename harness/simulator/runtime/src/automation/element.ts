// The Element.* methods of the automation protocol.

import { AutomationError, noSuchElement, unimplemented } from '../errors'
import { Component } from 'glass-easel'
import { controlOf } from '../builtins/control'
import { isVideoMethod, VideoControl } from '../builtins/video'
import { attributesOf, callerOf, dataOf, fire, isComponent } from '../engine/nodes'
import type { Dict } from '../types'
import { callBuiltinFunction } from './builtin-functions'
import type { AutomationContext, Handlers } from './context'
import { customComponent, type AppNode } from './elements'
import { findInElement } from './lookup'
import { callMethod, dataResult, setData } from './page'
import { sendTouch } from './touches'
import { innerWxml, outerWxml, treeOf, wxmlAttributes } from './tree'
import { dict, list, stringList } from './values'

/** Events that travel up the tree; others belong to the node alone. */
const TRAVELLING = /^(tap|longpress|longtap|touch(start|move|end|cancel))$/

const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase())

/** By name; automator takes a false value for a property that does not exist. */
function publicProperties(node: AppNode): Dict<true> {
  const element = node.__wxElement
  const own = isComponent(element) ? Component.listProperties(element) : Object.keys(attributesOf(element))
  return Object.fromEntries(['id', 'dataset', ...own].map((name) => [name, true]))
}

function property(node: AppNode, name: string): unknown {
  const element = node.__wxElement
  if (name === '__propPublic') return publicProperties(node)
  if (name === 'id') return element.id
  if (name === 'dataset') return { ...(element.dataset as Dict) }
  if (isComponent(element)) return dataOf(element)[camel(name)] ?? null
  return attributesOf(element)[name] ?? node.getAttribute(name)
}

function trigger(node: AppNode, type: string, detail: unknown, extraFields?: Dict): void {
  const travels = TRAVELLING.test(type)
  fire(node.__wxElement, type, detail ?? {}, {
    bubbles: travels,
    composed: travels,
    capturePhase: true,
    ...(extraFields && { extraFields }),
  })
}

function component(node: AppNode, method: string): Dict {
  const found = customComponent(node.__wxElement)
  if (!found) throw unimplemented(method)
  return callerOf(found)
}

export function elementHandlers({ elements, engine }: AutomationContext): Handlers {
  const touch = (type: 'touchstart' | 'touchmove' | 'touchend' | 'touchcancel') => (params: Dict) => {
    sendTouch(engine.backend, elements.node(params), type, params)
    return {}
  }
  const find = (params: Dict): { nodes: AppNode[]; describe: (node: AppNode) => Dict } => {
    const entry = elements.page(params)
    const enter = params['nodeId'] !== undefined && params['nodeId'] !== null
    const nodes = findInElement(entry, elements.node(params), String(params['selector']), enter)
    return { nodes, describe: (node) => elements.describe(entry, node) }
  }
  const one = (params: Dict): AppNode => {
    const [node] = find(params).nodes
    if (!node) throw noSuchElement()
    return node
  }
  return {
    'Element.getElement'(params) {
      return elements.describe(elements.page(params), one(params))
    },
    'Element.getElements'(params) {
      const { nodes, describe } = find(params)
      return { elements: nodes.map(describe) }
    },
    'Element.getAttributes'(params) {
      const attributes = wxmlAttributes(elements.node(params))
      return { attributes: stringList(params['names']).map((name) => attributes[name] ?? null) }
    },
    'Element.getProperties'(params) {
      const node = elements.node(params)
      return { properties: stringList(params['names']).map((name) => property(node, name) ?? null) }
    },
    'Element.getDOMProperties'(params) {
      const node = elements.node(params) as unknown as Dict
      return { properties: stringList(params['names']).map((name) => node[name] ?? null) }
    },
    'Element.getStyles'(params) {
      const style = getComputedStyle(elements.node(params))
      const read = (name: string): unknown =>
        name.startsWith('--') ? style.getPropertyValue(name) : (style as unknown as Dict)[camel(name)]
      return { styles: stringList(params['names']).map((name) => read(name) ?? null) }
    },
    'Element.getOffset'(params) {
      const box = elements.node(params).getBoundingClientRect()
      return { left: box.left + window.scrollX, top: box.top + window.scrollY }
    },
    'Element.getWXML'(params) {
      const tree = treeOf(elements.node(params), false)
      return { wxml: params['type'] === 'outer' ? outerWxml(tree) : innerWxml(tree) }
    },
    'Element.touchstart': touch('touchstart'),
    'Element.touchmove': touch('touchmove'),
    'Element.touchend': touch('touchend'),
    'Element.touchcancel': touch('touchcancel'),
    'Element.triggerEvent'(params) {
      trigger(elements.node(params), String(params['type']), params['detail'])
      return {}
    },
    'Element.dispatchEvent'(params) {
      const data = { ...params, ...dict(params['eventData']) }
      const touches = list(data['touches'])
      const changedTouches = list(data['changedTouches'] ?? data['changeTouches'])
      const detail = data['detail'] ?? data['scrollDetail'] ?? {}
      const node =
        params['$'] === undefined ? elements.node(params) : one({ ...params, selector: params['$'] })
      trigger(node, String(params['eventName']), detail, { touches, changedTouches, detail })
      return {}
    },
    'Element.callFunction'(params) {
      const result = callBuiltinFunction(
        elements.node(params),
        String(params['functionName']),
        list(params['args']),
      )
      return { result }
    },
    'Element.callContextMethod'(params) {
      const control = controlOf(elements.node(params).__wxElement)
      const method = String(params['method'])
      if (!(control instanceof VideoControl)) throw unimplemented('Element.callContextMethod')
      if (!isVideoMethod(method)) throw new AutomationError(`VideoContext.${method} not exists`)
      control.call(method, list(params['args']))
      return {}
    },
    'Element.getData'(params) {
      const caller = component(elements.node(params), 'Element.getData')
      return dataResult(caller['data'], params['path'])
    },
    'Element.setData'(params) {
      return setData(component(elements.node(params), 'Element.setData'), params['data'])
    },
    'Element.callMethod'(params) {
      return callMethod(component(elements.node(params), 'Element.callMethod'), 'component', params)
    },
  }
}
