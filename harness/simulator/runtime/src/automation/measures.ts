// What a page on top takes to draw: its nodes, what can be tapped, its pictures. What is too much is the
// host's to say.

import { controlOf } from '../builtins/control'
import { ImageControl } from '../builtins/image'
import { isComponent, listensTo, tagOf } from '../engine/nodes'
import type { Dict } from '../types'
import { isAppNode, type AppNode } from './elements'

const LONGEST_NAME = 20

interface Shape {
  nodes: number
  depth: number
  children: number
}

function childrenOf(node: Element): AppNode[] {
  return [...node.children].flatMap((child) => (isAppNode(child) ? [child] : childrenOf(child)))
}

function shapeOf(node: Element): Shape {
  const children = childrenOf(node)
  const inner = children.map(shapeOf)
  return {
    nodes: inner.reduce((sum, { nodes }) => sum + nodes, children.length),
    depth: children.length === 0 ? 0 : 1 + Math.max(...inner.map(({ depth }) => depth)),
    children: Math.max(children.length, ...inner.map((each) => each.children)),
  }
}

function nameOf(node: AppNode): string {
  const id = node.__wxElement.id
  const text = node.innerText.trim().slice(0, LONGEST_NAME)
  return `<${tagOf(node) ?? 'view'}${id ? ` id="${id}"` : ''}>${text}`
}

function placesToTap(page: Element): Dict[] {
  return [...page.querySelectorAll('*')].filter(isAppNode).flatMap((node) => {
    const { width, height } = node.getBoundingClientRect()
    if (!listensTo(node.__wxElement, 'tap') || width === 0 || height === 0) return []
    return [{ name: nameOf(node), width: Math.round(width), height: Math.round(height) }]
  })
}

function picturesOf(page: Element): Dict[] {
  return [...page.querySelectorAll('wx-image')].filter(isAppNode).flatMap((node) => {
    const control = isComponent(node.__wxElement) ? controlOf(node.__wxElement) : undefined
    const natural = control instanceof ImageControl ? control.natural : undefined
    const { width, height } = node.getBoundingClientRect()
    if (!natural || width === 0 || height === 0) return []
    return [{ name: nameOf(node), width, height, ...natural }]
  })
}

/** `depth` counts from the page's own nodes; lengths are CSS pixels, of the picture itself in `own…`. */
export function measuresOf(page: AppNode): Dict {
  return { ...shapeOf(page), places: placesToTap(page), pictures: picturesOf(page) }
}
