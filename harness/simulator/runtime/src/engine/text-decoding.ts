// `<text decode>`: entities in its text are characters, written in the template or coming from data.

import * as glassEasel from 'glass-easel'
import type { EngineElement } from './nodes'

const CHARACTERS: Record<string, string> = {
  nbsp: '\u00a0',
  lt: '<',
  gt: '>',
  amp: '&',
  apos: "'",
  ensp: '\u2002',
  emsp: '\u2003',
}

/** The entities WeChat documents for `decode`, and no others. */
export function decodeEntities(text: string): string {
  return text.replace(/&(\w+);/g, (entity, name: string) => CHARACTERS[name] ?? entity)
}

const decoding = new WeakSet<object>()

/** `element` is a `text`; `on` what its attribute `decode` says. */
export function setDecoding(element: EngineElement, on: boolean): void {
  if (on) decoding.add(element)
  else decoding.delete(element)
}

function isWithinDecoding(node: glassEasel.Node): boolean {
  let at = node.parentNode
  while (at && glassEasel.VirtualNode.isVirtualNode(at)) at = at.parentNode
  return at !== null && decoding.has(at)
}

function decodeBelow(node: glassEasel.Node): void {
  if (glassEasel.TextNode.isTextNode(node)) node.textContent = String(node.textContent)
  else if (glassEasel.VirtualNode.isVirtualNode(node)) node.childNodes.forEach(decodeBelow)
}

/** Makes the framework decode a text when it is set, and when it comes to stand below a decoding element. */
export function patchTexts(): void {
  const texts = glassEasel.TextNode.prototype
  const given = Object.getOwnPropertyDescriptor(texts, 'textContent')
  if (!given?.set) throw new Error('the framework sets text in another way')
  const set = given.set
  Object.defineProperty(texts, 'textContent', {
    ...given,
    set(this: glassEasel.TextNode, text: string) {
      set.call(this, isWithinDecoding(this) ? decodeEntities(text) : text)
    },
  })
  const elements = glassEasel.Element.prototype
  const { insertChildren, replaceChild, replaceChildAt } = elements
  elements.insertChildren = function (children, index) {
    insertChildren.call(this, children, index)
    if (children[0] && isWithinDecoding(children[0])) children.forEach(decodeBelow)
  }
  // A branch of a condition comes in place of another.
  elements.replaceChild = function (child, old) {
    replaceChild.call(this, child, old)
    if (isWithinDecoding(child)) decodeBelow(child)
  }
  elements.replaceChildAt = function (child, index) {
    replaceChildAt.call(this, child, index)
    if (isWithinDecoding(child)) decodeBelow(child)
  }
}
