// What of an element a finger aims at: the element itself, or, where that has nothing to be touched, the
// largest part of what is in it. Such are a box without height around floats, and `display: contents`.

import type { AppNode } from './elements'

export interface Aim {
  /** What is drawn there. */
  readonly element: HTMLElement
  /** Where it is drawn now; several boxes of an inline node that wraps. */
  boxes(): DOMRect[]
}

const area = ({ width, height }: DOMRect): number => width * height

export const largestBox = (boxes: readonly DOMRect[]): DOMRect | undefined =>
  [...boxes].sort((a, b) => area(b) - area(a))[0]

export function aimOf(node: AppNode): Aim {
  const own = aimAt(node)
  if (isTouchable(own)) return own
  let largest: { aim: Aim; area: number } | undefined
  for (const aim of inside(node)) {
    const size = isTouchable(aim) ? area(largestBox(aim.boxes()) ?? new DOMRect()) : 0
    if (size > (largest?.area ?? 0)) largest = { aim, area: size }
  }
  return largest?.aim ?? own
}

export const aimAt = (element: HTMLElement): Aim => ({ element, boxes: () => [...element.getClientRects()] })

function isTouchable({ element, boxes }: Aim): boolean {
  const { visibility, pointerEvents } = getComputedStyle(element)
  return visibility === 'visible' && pointerEvents !== 'none' && boxes().some((box) => area(box) > 0)
}

function* inside(node: AppNode): Generator<Aim> {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let at = walker.nextNode(); at; at = walker.nextNode()) {
    if (at instanceof HTMLElement) yield aimAt(at)
    // The text of an element without a box of its own.
    else if (at.parentElement && getComputedStyle(at.parentElement).display === 'contents')
      yield aimAtText(at)
  }
}

function aimAtText(text: Node): Aim {
  const range = document.createRange()
  range.selectNodeContents(text)
  return { element: text.parentElement as HTMLElement, boxes: () => [...range.getClientRects()] }
}
