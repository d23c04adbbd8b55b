// <rich-text>: HTML or a node list, without anything that could run.
// https://developers.weixin.qq.com/miniprogram/dev/component/rich-text.html

import { any, Control, flag, text, type BuiltinDeclaration } from './control'

interface RichNode {
  type?: string
  name?: unknown
  text?: unknown
  attrs?: Record<string, unknown> | null
  children?: unknown
}

const FORBIDDEN = 'script,style,iframe,object,embed,link,meta,base,form'

function escape(value: unknown): string {
  return String(value ?? '')
    .replace(/&(?!\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/"/g, '&quot;')
}

const isNode = (value: unknown): value is RichNode => typeof value === 'object' && value !== null

/** HTML of a node list; what is no node in it is left out. */
function richHtml(nodes: unknown): string {
  if (!Array.isArray(nodes)) return ''
  return nodes
    .filter(isNode)
    .map(({ type, name, text: content, attrs, children }) => {
      if (type === 'text') return escape(content)
      const tag = String(name ?? '').replace(/[^a-z0-9]/gi, '') || 'span'
      const attributes = Object.entries(attrs ?? {}).map(([key, value]) => ` ${key}="${escape(value)}"`)
      return `<${tag}${attributes.join('')}>${richHtml(children)}</${tag}>`
    })
    .join('')
}

function cleanFragment(html: string): DocumentFragment {
  const template = document.createElement('template')
  template.innerHTML = html
  for (const node of template.content.querySelectorAll(FORBIDDEN)) node.remove()
  for (const node of template.content.querySelectorAll('*')) {
    for (const { name, value } of [...node.attributes]) {
      if (/^on/i.test(name) || /^\s*javascript:/i.test(value)) node.removeAttribute(name)
    }
  }
  return template.content
}

class RichTextControl extends Control {
  override attached(): void {
    this.show()
  }

  override changed(name: string): void {
    if (name === 'nodes') this.show()
  }

  private show(): void {
    const nodes = this.data['nodes']
    const html = Array.isArray(nodes) ? richHtml(nodes) : this.string('nodes')
    this.dom.replaceChildren(cleanFragment(html))
  }
}

export const richText: BuiltinDeclaration = {
  tag: 'rich-text',
  template: '',
  reflected: ['space', 'userSelect'],
  properties: { nodes: any([]), space: text(), userSelect: flag(), mode: text() },
  control: RichTextControl,
}
