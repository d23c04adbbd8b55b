// Element ids of the automation protocol: one per DOM node, never used again, valid while the page lives.

import { noSuchElement, pageDestroyed } from '../errors'
import { elementOf, isComponent, tagOf, type EngineComponent, type EngineElement } from '../engine/nodes'
import type { PageEntry, Pages } from '../app/pages'
import { controlOf } from '../builtins/control'
import type { Dict } from '../types'

export type AppNode = HTMLElement & { __wxElement: EngineElement }

export function isAppNode(node: Node | null | undefined): node is AppNode {
  return node instanceof HTMLElement && node.__wxElement !== undefined && tagOf(node) !== undefined
}

/** A component of the app, as against a built-in one. */
export function customComponent(element: EngineElement): EngineComponent | undefined {
  return isComponent(element) && !controlOf(element) ? element : undefined
}

export class ElementRegistry {
  private readonly ids = new WeakMap<AppNode, string>()
  private readonly nodes = new Map<string, WeakRef<AppNode>>()
  private nextId = 1

  constructor(private readonly pages: Pages) {}

  page(params: Dict): PageEntry {
    const entry = this.pages.byId(Number(params['pageId']))
    if (!entry) throw pageDestroyed()
    return entry
  }

  node(params: Dict): AppNode {
    const entry = this.page(params)
    const node = this.nodes.get(String(params['elementId'] ?? params['nodeId']))?.deref()
    if (!node?.isConnected || node.closest('wx-mp-page') !== pageNode(entry)) throw noSuchElement()
    return node
  }

  /** What the client is told about a node. */
  describe(entry: PageEntry, node: AppNode): Dict {
    const elementId = this.idOf(entry, node)
    if (node === pageNode(entry)) return { elementId, tagName: 'page' }
    const custom = customComponent(elementOf(node.__wxElement))
    const tagName = tagOf(node) ?? ''
    return {
      elementId,
      tagName,
      ...(custom && { nodeId: elementId }),
      ...(tagName === 'video' && { videoId: elementId }),
    }
  }

  private idOf(entry: PageEntry, node: AppNode): string {
    let id = this.ids.get(node)
    if (id === undefined) {
      id = `${entry.id}.${this.nextId++}`
      this.ids.set(node, id)
      this.nodes.set(id, new WeakRef(node))
    }
    return id
  }
}

/** The DOM node of a page itself; the pseudo element `page` in selectors. */
export function pageNode(entry: PageEntry): AppNode {
  return entry.component.getBackendElement() as unknown as AppNode
}
