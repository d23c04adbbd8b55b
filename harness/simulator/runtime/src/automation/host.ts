// The Host.* methods: what the simulator host needs from the page and no driver sees.

import { tagOf } from '../engine/nodes'
import type { Dict } from '../types'
import type { AutomationContext, Handlers } from './context'
import { pageNode, type AppNode } from './elements'
import { worldHandlers } from './world'
import { prettyWxml, treeOf, wxmlAttributes } from './tree'

/** A touch becomes a click a little later than the browser says it was delivered. */
const ANSWERED_WITHIN_MS = 1000

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

function shortName(node: Element): string {
  const tag = tagOf(node)
  if (tag === undefined)
    return `<${node.tagName.toLowerCase()}${node.className === '' ? '' : ` class="${node.className}"`}>`
  const { id, class: classes } = wxmlAttributes(node as AppNode)
  return `<${tag}${id ? ` id="${id}"` : ''}${classes ? ` class="${classes}"` : ''}>`
}

function hiddenReason(node: AppNode): string | undefined {
  if (node.closest('wx-mp-page[mp-hidden]')) return 'its page is not on top'
  if (node.getClientRects().length === 0) return 'it is not displayed'
  if (getComputedStyle(node).visibility !== 'visible') return 'its visibility is hidden'
  return undefined
}

/** The largest box of a node (an inline node that wraps has several), cut to the visible part of the page. */
function touchableBox(node: AppNode): DOMRect {
  const boxes = [...node.getClientRects()].sort((a, b) => b.width * b.height - a.width * a.height)
  const box = boxes[0] ?? node.getBoundingClientRect()
  const left = Math.max(0, box.left)
  const top = Math.max(0, box.top)
  const right = Math.min(window.innerWidth, box.right)
  const bottom = Math.min(window.innerHeight, box.bottom)
  return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top))
}

function isInside(hit: Element | null, node: AppNode): boolean {
  return hit !== null && node.contains(hit)
}

/** Where to touch an element, after scrolling it into view. */
export function locate(node: AppNode): Dict {
  const before = node.getBoundingClientRect()
  const outside =
    before.top < 0 ||
    before.left < 0 ||
    before.bottom > window.innerHeight ||
    before.right > window.innerWidth
  if (outside) node.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })
  const { left, top, width, height } = node.getBoundingClientRect()
  const box = touchableBox(node)
  const x = box.left + box.width / 2
  const y = box.top + box.height / 2
  const place = { x, y, left, top, width, height }
  const reason =
    hiddenReason(node) ?? (box.width === 0 || box.height === 0 ? 'it has no visible area' : undefined)
  if (reason !== undefined) return { ...place, visible: false, reason }
  const hit = document.elementFromPoint(x, y)
  if (isInside(hit, node) || hit === null) return { ...place, visible: true }
  return { ...place, visible: true, covering: shortName(nearestApp(hit)) }
}

function nearestApp(hit: Element): Element {
  return hit.closest('[class^="sim-"]') ?? hit
}

export function hostHandlers(context: AutomationContext): Handlers {
  const { config, dialogs, elements, exceptions, gaps, pages, permissions, router } = context
  let pressing: HTMLElement | undefined
  return {
    ...worldHandlers(context),
    'Host.locate': (params) => locate(elements.node(params)),
    'Host.tree'() {
      return { wxml: pages.top ? prettyWxml(treeOf(pageNode(pages.top), false)) : '' }
    },
    async 'Host.switchTab'({ index }) {
      const tab = config.tabs[Number(index)]
      if (!tab) return {}
      const entry = await router.switchTab(`/${tab.pagePath}`)
      exceptions.call(entry.instance, 'onTabItemTap', { index, pagePath: tab.pagePath, text: tab.text })
      return {}
    },
    async 'Host.back'() {
      if (pages.stack.length > 1) await router.navigateBack(1)
      return {}
    },
    'Host.forgetPermissions'() {
      permissions.forget()
      return {}
    },
    'Host.gaps': () => ({ gaps: gaps.list() }),
    'Host.dialogButton'({ action, index, text }) {
      pressing =
        typeof text === 'string' ? dialogs.labelled(text) : dialogs.button(String(action), Number(index ?? 0))
      if (!pressing) return {}
      const { left, top, width, height } = pressing.getBoundingClientRect()
      return { x: left + width / 2, y: top + height / 2 }
    },
    async 'Host.dialogAnswered'() {
      const deadline = performance.now() + ANSWERED_WITHIN_MS
      while (pressing?.isConnected && performance.now() < deadline) await aMoment()
      return { answered: pressing?.isConnected === false }
    },
  }
}
