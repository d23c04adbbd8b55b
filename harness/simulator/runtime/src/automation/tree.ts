// The page as WXML: a tree of the app's own nodes, for text output and for XPath.

import { attributesOf, dataOf, isComponent, tagOf } from '../engine/nodes'
import { defaultsOf } from '../builtins'
import type { Dict } from '../types'
import { isAppNode, type AppNode } from './elements'

export interface TreeNode {
  tag: string
  attributes: Dict<string>
  children: (TreeNode | string)[]
  node: AppNode
}

/** Tag of the node that stands for a whole page. */
const PAGE_TAG = 'mp-page'
const INTERNAL_ATTRIBUTE = /^(style-scope|wx-host|mp-hidden|is|data-page-id)$/
/** Of built-in components these stand on the node; see engine/render.ts. `checked` is a property as well. */
const ON_THE_NODE = /^(aria-(?!checked$)[a-z]+|role)$/

/** What stands between the tags of a template; a space of its own is a text of the app. */
const LAYOUT = /^(\s*\n\s*)?$/

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function classNames(node: AppNode): string {
  const names = [...node.classList].map((name) => name.replace(/^c[0-9a-z]+--/, ''))
  return [...new Set(names)].join(' ')
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number') return String(value)
  return value === true ? 'true' : undefined
}

/**
 * Attributes as WXML would show them: class, id, style, data-*, and the properties of built-in components
 * (`defaults`: also those that have their default value).
 */
export function wxmlAttributes(node: AppNode, defaults = true): Dict<string> {
  const element = node.__wxElement
  const attributes: Dict<string> = {}
  const put = (name: string, value: unknown): void => {
    const text = scalar(value)
    if (text !== undefined) attributes[name] = text
  }
  put('id', element.id)
  put('class', classNames(node))
  // Built-in components have a part of it, which may be empty.
  put('style', node.getAttribute('style')?.replace(/;{2,}/g, ';').replace(/^;/, ''))
  for (const [name, value] of Object.entries((element.dataset ?? {}) as Dict)) {
    put(`data-${dashed(name)}`, typeof value === 'object' && value !== null ? JSON.stringify(value) : value)
  }
  if (isComponent(element)) {
    const standard = defaultsOf(tagOf(node) ?? '', element)
    const data = dataOf(element)
    for (const name of Object.keys(standard)) {
      if (defaults || data[name] !== standard[name]) put(dashed(name), data[name])
    }
    for (const { name, value } of node.attributes) if (ON_THE_NODE.test(name)) put(name, value)
  } else {
    for (const { name, value } of node.attributes) {
      if (!(name in attributes) && !INTERNAL_ATTRIBUTE.test(name)) attributes[name] = value
    }
    for (const [name, value] of Object.entries(attributesOf(element))) put(name, value)
  }
  if (node.hidden) attributes['hidden'] = 'true'
  return attributes
}

export function treeOf(node: AppNode, defaults = true): TreeNode {
  const tag = tagOf(node) ?? ''
  const children = childrenOf(node, defaults)
  if (tag === PAGE_TAG) return { tag: 'page', attributes: {}, children, node }
  return { tag, attributes: wxmlAttributes(node, defaults), children, node }
}

/** Children with the inner elements of built-in components left out, their slotted content kept. */
function childrenOf(dom: Node, defaults: boolean): TreeNode['children'] {
  const children: TreeNode['children'] = []
  for (const child of dom.childNodes) {
    if (isAppNode(child)) children.push(treeOf(child, defaults))
    else if (child instanceof Element) {
      children.push(...childrenOf(child, defaults).filter((inner) => typeof inner !== 'string'))
    }
    if (child instanceof Text && !LAYOUT.test(child.data)) children.push(child.data)
  }
  return children
}

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')

function openTag({ tag, attributes }: TreeNode): string {
  const list = Object.entries(attributes).map(([name, value]) => ` ${name}="${escape(value)}"`)
  return `${tag}${list.join('')}`
}

export function outerWxml(tree: TreeNode): string {
  return `<${openTag(tree)}>${innerWxml(tree)}</${tree.tag}>`
}

export function innerWxml(tree: TreeNode): string {
  return tree.children.map((child) => (typeof child === 'string' ? escape(child) : outerWxml(child))).join('')
}

/** An indented form for people to read. */
export function prettyWxml(tree: TreeNode, depth = 0): string {
  const indent = '  '.repeat(depth)
  if (tree.children.length === 0) return `${indent}<${openTag(tree)}/>`
  const shown = tree.children.filter((child) => typeof child !== 'string' || child.trim() !== '')
  const inner = shown.map((child) =>
    typeof child === 'string' ? `${indent}  ${escape(child.trim())}` : prettyWxml(child, depth + 1),
  )
  return [`${indent}<${openTag(tree)}>`, ...inner, `${indent}</${tree.tag}>`].join('\n')
}
