// XPath 1.0 over the page's WXML. The nodes are mirrored into an XML document, so that tag names and
// attributes are those of WXML and `/view[1]` means a top-level node of the page.

import { AutomationError } from '../errors'
import type { AppNode } from './elements'
import { treeOf, type TreeNode } from './tree'

const TOKEN = /"[^"]*"|'[^']*'|\/\/|\/|[|[\](),=<>!+*]|[^"'/|[\](),=<>!+*]+/g

/** `/view` → `/page/view`: an absolute path starts at the page, which is the root of the mirror. */
export function anchorPaths(xpath: string): string {
  let before = ''
  let out = ''
  for (const token of xpath.match(TOKEN) ?? []) {
    const starts = before === '' || /^[|[(,=<>!+]$/.test(before) || /\s(and|or|div|mod|-)\s*$/.test(before)
    out += token === '/' && starts ? '/page/' : token
    if (token.trim() !== '') before = token
  }
  return out.replace(/^\/page\/page(?=[/[]|$)/, '/page').replace(/^\/page\/$/, '/page')
}

export function findByXpath(root: AppNode, xpath: string): AppNode[] {
  const mirror = new Mirror(root)
  let result: XPathResult
  try {
    result = mirror.evaluate(anchorPaths(xpath.trim()))
  } catch (error) {
    throw new AutomationError(`invalid xpath ${xpath}: ${(error as Error).message}`)
  }
  const nodes: AppNode[] = []
  for (let i = 0; i < result.snapshotLength; i++) {
    const node = mirror.original(result.snapshotItem(i))
    if (node) nodes.push(node)
  }
  return nodes
}

class Mirror {
  private readonly originals = new Map<Node, AppNode>()
  private readonly document = document.implementation.createDocument(null, 'page')

  constructor(root: AppNode) {
    const page = this.document.documentElement
    this.originals.set(page, root)
    for (const child of treeOf(root).children) page.append(this.copy(child))
  }

  evaluate(xpath: string): XPathResult {
    return this.document.evaluate(
      xpath,
      this.document.documentElement,
      null,
      XPathResult.ORDERED_NODE_SNAPSHOT_TYPE,
    )
  }

  original(node: Node | null): AppNode | undefined {
    return node ? this.originals.get(node) : undefined
  }

  private copy(tree: TreeNode | string): Node {
    if (typeof tree === 'string') return this.document.createTextNode(tree)
    const made = this.document.createElement(tree.tag)
    this.originals.set(made, tree.node)
    for (const [name, value] of Object.entries(tree.attributes)) {
      if (/^[\w-]+$/.test(name)) made.setAttribute(name, value)
    }
    made.append(...tree.children.map((child) => this.copy(child)))
    return made
  }
}
