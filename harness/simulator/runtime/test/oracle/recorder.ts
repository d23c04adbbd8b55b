// What a template gives each element, noted at the border between generated code and the framework: there it
// is complete. Later a component drops what it does not declare, and the DOM makes text of the rest.

import * as glassEasel from 'glass-easel'
import type { ProcGenGroup } from '../../src/wxml/templates'
import type { Dict } from '../../src/types'
import { isComponent } from '../../src/engine/nodes'
import { attributes, children, type Tree, type TreeElement } from './tree'

type Note = Record<string, unknown>
type Setter = (element: object, ...rest: unknown[]) => unknown
type Render = Record<string, Setter>
type Group = (render: Render, ...rest: unknown[]) => unknown

const notes = new WeakMap<object, Note>()
const tags = new WeakMap<object, string>()
let withinProperty = false
const hooked = new WeakSet<Render>()

function noteOf(element: object): Note {
  const note = notes.get(element) ?? {}
  notes.set(element, note)
  return note
}

/** The framework's setters, by the one letter generated code calls them with: attribute name → value. */
const SETTERS: Record<string, (...args: unknown[]) => readonly [string, unknown]> = {
  r: (name, value) => [String(name), value],
  a: (name, value) => [String(name), value],
  l: (name, value) => [String(name), value],
  d: (name, value) => [`data:${String(name)}`, value],
  m: (name, value) => [`mark:${String(name)}`, value],
  p: (name, value) => [`change:${String(name)}`, value],
  wl: (name, value) => [`worklet:${String(name)}`, value],
  i: (value) => ['id', value],
  c: (value) => ['class', value],
  y: (value) => ['style', value],
  s: (value) => ['slot', value],
  v: (name, value, final, mutated, capture) => {
    const kind = final === true ? 'catch' : mutated === true ? 'mut-bind' : 'bind'
    return [`${capture === true ? 'capture-' : ''}${kind}:${String(name)}`, value]
  },
}
function hook(render: Render): void {
  if (hooked.has(render)) return
  hooked.add(render)
  for (const [letter, read] of Object.entries(SETTERS)) {
    const original = render[letter]
    if (original === undefined) continue
    render[letter] = (element, ...rest) => {
      const [name, value] = read(...rest)
      if (letter !== 'v' || !withinProperty) noteOf(element)[name] = value
      // A property that looks like a handler makes the framework call `v` itself.
      withinProperty = letter !== 'v'
      try {
        return original(element, ...rest)
      } finally {
        withinProperty = false
      }
    }
  }
}

/** Templates that note what they give, beside doing what they do. */
export function recording(groups: Dict<ProcGenGroup>): Dict<ProcGenGroup> {
  const wrap =
    (group: ProcGenGroup): ProcGenGroup =>
    (name) => {
      const generate = group(name) as Group | undefined
      if (generate === undefined) return undefined
      return (render, ...rest) => {
        hook(render as Render)
        return generate(render as Render, ...rest)
      }
    }
  return Object.fromEntries(Object.entries(groups).map(([path, group]) => [path, wrap(group)]))
}

/** Tags and generics are no properties; they are noted where the element is made. */
export function recordCreation(): void {
  const roots = glassEasel.ShadowRoot.prototype as unknown as Record<'createComponent', Setter>
  const create = roots.createComponent
  roots.createComponent = function (this: object, tag: unknown, ...rest: unknown[]) {
    const element = create.call(this, tag as object, ...rest) as object
    tags.set(element, String(tag))
    const generics = (rest[1] ?? {}) as Record<string, string>
    for (const [name, value] of Object.entries(generics)) noteOf(element)[`generic:${name}`] = value
    return element
  }
}

function element(node: glassEasel.Element): TreeElement {
  const slotName = glassEasel.Element.getSlotName(node)
  const tag = tags.get(node) ?? 'slot'
  const own: Note = { ...notes.get(node) }
  if (tag === 'slot' && slotName) own['name'] = slotName
  if (node.slot !== '') own['slot'] ??= node.slot
  return { tag, attributes: attributes(tag, Object.entries(own)), children: read(node.childNodes) }
}

function read(nodes: readonly glassEasel.Node[]): Tree[] {
  return children(
    nodes.flatMap((node): Tree[] => {
      if (glassEasel.TextNode.isTextNode(node)) return [node.textContent]
      if (!glassEasel.VirtualNode.isVirtualNode(node)) return [element(node as glassEasel.Element)]
      return node.is === 'slot' ? [element(node)] : read(node.childNodes)
    }),
  )
}

/** The tree a component's template stands for now. */
export function treeOf(component: unknown): Tree[] {
  const root = isComponent(component) ? component.getShadowRoot() : null
  if (root === null) throw new Error('the component has no template')
  return read(root.childNodes)
}
