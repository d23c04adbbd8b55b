// Where a finger can touch an element, or why it cannot: not drawn, cut off, off the screen, under something.

import { tagOf } from '../engine/nodes'
import type { Dict } from '../types'
import { aimAt, aimOf, largestBox, type Aim } from './aim'
import { isAppNode, type AppNode } from './elements'
import { wxmlAttributes } from './tree'

/** What people are told of something drawn over the page (harness/automator/refusals.py). */
interface Covering extends Dict {
  /** The API or component that drew it. */
  name: string
  words: string
  /** What stands on its buttons: those that close it without a yes, and the others. */
  closing: string[]
  answering: string[]
  /** Whether there is a button of the first kind. */
  cancels: boolean
}

const WORDS = ['title', 'content', 'heading', 'picker-title', 'ask-title', 'share-title', 'words']
  .map((part) => `.sim-${part}`)
  .join()

function overlayAt(node: Element): Covering | undefined {
  const overlay = node.closest<HTMLElement>('[data-overlay]')
  if (!overlay) return undefined
  const text = (of: Element | null): string => of?.getAttribute('aria-label') ?? of?.textContent.trim() ?? ''
  const labels = (kind: string): string[] =>
    [...overlay.querySelectorAll(`[role=button]${kind}`)].map(text).filter((label) => label !== '')
  return {
    name: String(overlay.dataset['overlay']),
    words: text(overlay.querySelector(WORDS)),
    closing: labels('.sim-cancel'),
    answering: labels(':not(.sim-cancel)'),
    cancels: overlay.querySelector('.sim-cancel') !== null,
  }
}

/** How people name a node: its tag with id and class. */
function shortName(node: Element): string {
  const app = [node, ...ancestors(node)].find(isAppNode)
  const tag = app && tagOf(app)
  if (!app || tag === undefined) return `<${node.tagName.toLowerCase()}>`
  if (tag === 'mp-page') return 'the page'
  const { id, class: classes } = wxmlAttributes(app)
  return `<${tag}${id ? ` id="${id}"` : ''}${classes ? ` class="${classes}"` : ''}>`
}

function* ancestors(node: Element): Generator<HTMLElement> {
  for (let at = node.parentElement; at; at = at.parentElement) yield at
}

function undrawn(node: AppNode, aim: Aim): string | undefined {
  if (node.closest('wx-mp-page[mp-hidden]')) return 'its page is not on top'
  if (aim.boxes().length === 0 && getComputedStyle(node).display !== 'contents') {
    const hiding = [node, ...ancestors(node)].find((at) => getComputedStyle(at).display === 'none')
    return hiding && hiding !== node
      ? `it is not displayed, as ${shortName(hiding)} is not`
      : 'it is not displayed'
  }
  if (getComputedStyle(aim.element).visibility !== 'visible') return 'its visibility is hidden'
  return undefined
}

type Axis = 'x' | 'y'

function scrolls(node: Element, axis: Axis): boolean {
  const style = getComputedStyle(node)
  const overflow = axis === 'x' ? style.overflowX : style.overflowY
  if (overflow !== 'auto' && overflow !== 'scroll') return false
  return axis === 'x' ? node.scrollWidth > node.clientWidth : node.scrollHeight > node.clientHeight
}

function clips(node: Element): boolean {
  const { overflowX, overflowY, display } = getComputedStyle(node)
  return (
    display !== 'inline' && display !== 'contents' && (overflowX !== 'visible' || overflowY !== 'visible')
  )
}

/** The boxes around a node that cut it: those that are above it in the tree of containing blocks. */
function* clippers(node: Element): Generator<HTMLElement> {
  let position = getComputedStyle(node).position
  for (const at of ancestors(node)) {
    if (at === document.body) return
    const style = getComputedStyle(at)
    const holds = style.transform !== 'none' || style.filter !== 'none' || style.contain !== 'none'
    if (position === 'fixed' && !holds) continue
    if (position === 'absolute' && style.position === 'static' && !holds) continue
    if (clips(at)) yield at
    position = style.position
  }
}

interface Visible {
  box: DOMRect
  /** What cut the rest off, when nothing is left. */
  cutBy: HTMLElement | undefined
}

/** The largest box (an inline node that wraps has several), cut to what is to be seen of it. */
function visiblePart({ element, boxes }: Aim): Visible {
  let box = largestBox(boxes()) ?? element.getBoundingClientRect()
  const cut = (by: DOMRect): void => {
    const left = Math.max(box.left, by.left)
    const top = Math.max(box.top, by.top)
    box = new DOMRect(
      left,
      top,
      Math.max(0, Math.min(box.right, by.right) - left),
      Math.max(0, Math.min(box.bottom, by.bottom) - top),
    )
  }
  for (const clipper of clippers(element)) {
    cut(clipper.getBoundingClientRect())
    if (box.width === 0 || box.height === 0) return { box, cutBy: clipper }
  }
  cut(new DOMRect(0, 0, window.innerWidth, window.innerHeight))
  return { box, cutBy: undefined }
}

function isWhole(aim: Aim): boolean {
  const whole = outline(aim)
  const { box } = visiblePart(aim)
  return box.width >= Math.floor(whole.width) && box.height >= Math.floor(whole.height)
}

function outline({ boxes }: Aim): DOMRect {
  const all = boxes()
  if (all.length === 0) return new DOMRect()
  const left = Math.min(...all.map((box) => box.left))
  const top = Math.min(...all.map((box) => box.top))
  const right = Math.max(...all.map((box) => box.right))
  const bottom = Math.max(...all.map((box) => box.bottom))
  return new DOMRect(left, top, right - left, bottom - top)
}

/** Scrolls as a finger could: only what scrolls, so that the middle of it comes to `at` (0 to 1). */
function bring(aim: Aim, at: number): void {
  const by = (outer: DOMRect): { left: number; top: number } => {
    const own = outline(aim)
    return {
      left: own.left + own.width / 2 - (outer.left + outer.width / 2),
      top: own.top + own.height / 2 - (outer.top + outer.height * at),
    }
  }
  for (const outer of ancestors(aim.element)) {
    if (outer === document.body) break
    const { left, top } = by(outer.getBoundingClientRect())
    if (scrolls(outer, 'x')) outer.scrollBy({ left, behavior: 'instant' })
    if (scrolls(outer, 'y')) outer.scrollBy({ top, behavior: 'instant' })
  }
  window.scrollBy({ ...by(new DOMRect(0, 0, window.innerWidth, window.innerHeight)), behavior: 'instant' })
}

interface Spot {
  x: number
  y: number
  reason?: string
  covering?: string
  overlay?: Covering
}

const isTouchable = ({ reason, covering, overlay }: Spot): boolean =>
  reason === undefined && covering === undefined && overlay === undefined

function spotOf(node: AppNode, aim: Aim, capsule: DOMRect | undefined): Spot {
  const { box, cutBy } = visiblePart(aim)
  const spot = { x: box.left + box.width / 2, y: box.top + box.height / 2 }
  if (box.width === 0 || box.height === 0) {
    const { left, top, width, height } = outline(cutBy === node ? aimAt(node) : aim)
    const [w, h] = [Math.round(width), Math.round(height)]
    if (w === 0 || h === 0) return { ...spot, reason: `it has no visible area: its size is ${w} × ${h}` }
    const where = `at ${Math.round(left)}, ${Math.round(top)}`
    return {
      ...spot,
      reason: cutBy ? `it is cut off by ${shortName(cutBy)}` : `it is outside the screen, ${where}`,
    }
  }
  if (capsule && within(spot, capsule)) return { ...spot, covering: "WeChat's menu button" }
  const hit = document.elementFromPoint(spot.x, spot.y)
  if (hit === null || node.contains(hit)) return spot
  if (getComputedStyle(aim.element).pointerEvents === 'none') {
    return { ...spot, reason: 'it takes no touches: pointer-events is none' }
  }
  const overlay = overlayAt(hit)
  return overlay ? { ...spot, overlay } : { ...spot, covering: shortName(hit) }
}

/** Longer than this, what moves is taken as it is. */
const REST_WITHIN_MS = 1000

/** Until what moves an element has come to rest: a finger would miss a sheet that is still sliding in. */
export async function atRest(node: AppNode): Promise<void> {
  const { element } = aimOf(node)
  const moving = document.getAnimations().filter(({ effect, playState }) => {
    if (playState !== 'running' || !(effect instanceof KeyframeEffect)) return false
    return effect.target?.contains(element) === true && Number.isFinite(effect.getComputedTiming().endTime)
  })
  if (moving.length === 0) return
  const rested = Promise.allSettled(moving.map((each) => each.finished))
  await Promise.race([rested, new Promise((resolve) => setTimeout(resolve, REST_WITHIN_MS))])
}

/** Where along the screen an element is brought to, one place after the other, until it can be touched. */
const PLACES = [0.5, 0.25, 0.75]

function within({ x, y }: { x: number; y: number }, box: DOMRect): boolean {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom
}

/** Where to touch an element, after scrolling it into view; `capsule`: the menu button over the page. */
export function locate(node: AppNode, capsule?: DOMRect): Dict {
  const aim = aimOf(node)
  const hidden = undrawn(node, aim)
  if (hidden === undefined && !isWhole(aim)) bring(aim, 0.5)
  let spot: Spot = hidden === undefined ? spotOf(node, aim, capsule) : { x: 0, y: 0, reason: hidden }
  if (hidden === undefined && !isTouchable(spot)) {
    for (const place of PLACES) {
      bring(aim, place)
      const other = spotOf(node, aim, capsule)
      if (!isTouchable(other)) continue
      spot = other
      break
    }
  }
  const { reason, covering, overlay, x, y } = spot
  return {
    x,
    y,
    visible: reason === undefined,
    ...(reason !== undefined && { reason }),
    ...(covering !== undefined && { covering }),
    ...(overlay !== undefined && { overlay }),
  }
}
