// CSS selectors as the driver writes them: tag names of WXML, classes as in WXML, one component's own nodes,
// `>>>` to enter a component, `page` for the page itself.

import {
  elementOf,
  isComponent,
  styleScopeNames,
  type EngineComponent,
  type EngineElement,
} from '../engine/nodes'
import type { PageEntry } from '../app/pages'
import { customComponent, isAppNode, pageNode, type AppNode } from './elements'
import { attributesIn, inDom, splitDeep, splitList, toDomSelector } from './selector'
import { wxmlAttributes } from './tree'

const CHILD_OF_PAGE = /^page\s*>(?!>>)/

/** Where a query looks: below `root`, for nodes of the tree `host` owns. */
interface Scope {
  root: AppNode
  host: EngineComponent
}

export function findInPage(entry: PageEntry, selector: string): AppNode[] {
  const root = pageNode(entry)
  return findAll([{ root, host: entry.component }], selector, root)
}

/** Below an element; `enter` looks into the component's own tree instead of around it. */
export function findInElement(entry: PageEntry, node: AppNode, selector: string, enter: boolean): AppNode[] {
  const component = customComponent(elementOf(node.__wxElement))
  const inside = component && enter ? component : undefined
  const host = inside ?? node.__wxElement.ownerShadowRoot?.getHostNode() ?? entry.component
  return findAll([{ root: node, host }], selector, pageNode(entry))
}

function findAll(scopes: Scope[], selector: string, page: AppNode): AppNode[] {
  const found = new Set<AppNode>()
  for (const part of splitList(selector)) for (const node of findOne(scopes, part, page)) found.add(node)
  return documentOrder([...found])
}

function findOne(scopes: Scope[], selector: string, page: AppNode): AppNode[] {
  if (selector === 'page') return [page]
  const steps = splitDeep(selector.replace(CHILD_OF_PAGE, ':scope >').replace(/^page\s+(?!>>>)/, ''))
  let current = scopes
  let nodes: AppNode[] = []
  steps.forEach((step, index) => {
    nodes = step === 'page' ? [page] : [...new Set(current.flatMap((scope) => query(scope, step)))]
    if (index < steps.length - 1) current = nodes.map(enter)
  })
  return nodes
}

function enter(node: AppNode): Scope {
  const component = customComponent(elementOf(node.__wxElement))
  const host = component ?? node.__wxElement.ownerShadowRoot?.getHostNode()
  return { root: node, host: host as EngineComponent }
}

function query({ root, host }: Scope, selector: string): AppNode[] {
  const dom = toDomSelector(selector, styleScopeNames(host))
  const look = (): AppNode[] => [...root.querySelectorAll(dom)].filter(isAppNode)
  const all = withAttributes(root, attributesIn(selector), look)
  const own = all.filter((node) => ownedBy(node.__wxElement, host))
  return own.length > 0 ? own : all.filter((node) => standsIn(node.__wxElement, host))
}

/** Looks while every node has these attributes of WXML in the DOM, where most of them never are. */
function withAttributes(root: AppNode, names: string[], look: () => AppNode[]): AppNode[] {
  if (names.length === 0) return look()
  const nodes = [root, ...[...root.querySelectorAll('*')].filter(isAppNode)]
  for (const node of nodes) {
    const attributes = wxmlAttributes(node)
    for (const name of names) {
      const value = attributes[name]
      if (value !== undefined) node.setAttribute(inDom(name), value)
    }
  }
  try {
    return look()
  } finally {
    for (const node of nodes) for (const name of names) node.removeAttribute(inDom(name))
  }
}

function ownedBy(element: EngineElement, host: EngineComponent): boolean {
  return element.ownerShadowRoot?.getHostNode() === host
}

/** A component with `virtualHost` has no node of its own: the nodes inside it stand for it. */
function standsIn(element: EngineElement, host: EngineComponent): boolean {
  for (let at: EngineElement | undefined = element; at;) {
    const owner: EngineComponent | undefined = at.ownerShadowRoot?.getHostNode()
    if (owner === host) return true
    if (!owner || !isComponent(owner) || owner.getComponentOptions().virtualHost !== true) return false
    at = owner
  }
  return false
}

function documentOrder(nodes: AppNode[]): AppNode[] {
  return nodes.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))
}
