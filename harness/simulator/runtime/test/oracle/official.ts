// The official side: runs what WeChat's own compiler made of a template, and reads its virtual tree.

import { attributes, children, restore, type Tree } from './tree'

interface VirtualNode {
  tag: string
  attr?: Record<string, unknown>
  generics?: Record<string, string>
  children?: unknown[]
}

type Make = (path: string) => ((data: object) => VirtualNode) | undefined
interface Shared {
  wxs_nf_init?: boolean
}

let initialised = false

/** `code` is the compiler's output for one set of files; its caches must not meet another's. */
function load(code: string): Make {
  // The code asks whether this is undefined, not whether it is false.
  const shared: Shared = initialised ? { wxs_nf_init: true } : {}
  const run = new Function('window', '__WXML_GLOBAL__', '$gwx', `${code};return $gwx`) as (
    ...args: unknown[]
  ) => Make
  initialised = true
  return run({}, shared, undefined)
}

function elements(list: readonly unknown[]): Tree[] {
  return children(
    list.flatMap((node): Tree[] => {
      if (typeof node !== 'object' || node === null) return [String(node)]
      const { tag, attr, generics, children: inner } = node as VirtualNode
      // Text that is not a string: an array or object out of {{ }}.
      if (typeof tag !== 'string') return [String(node)]
      if (tag === 'virtual') return elements(inner ?? [])
      const pairs = Object.entries(attr ?? {})
        .filter(([name]) => name !== '$gdc')
        .map(([name, value]) => [name.replace(/^\$wxs:/, ''), value] as const)
      const kinds = Object.entries(generics ?? {}).map(
        ([name, value]) => [`generic:${name.replace(/^wx-/, '')}`, value.replace(/^wx-/, '')] as const,
      )
      const name = tag.replace(/^wx-/, '')
      return [
        {
          tag: name,
          attributes: attributes(name, [...pairs, ...kinds]),
          children: elements(inner ?? []),
        },
      ]
    }),
  )
}

/** For each data set the tree, or what was thrown. */
export function render(code: string, path: string, sets: readonly unknown[]): (Tree[] | { error: string })[] {
  return sets.map((data) => {
    try {
      const generate = load(code)(path)
      if (generate === undefined) throw new Error(`${path} is not in the compiler's output`)
      return elements(generate(restore(data) as object).children ?? [])
    } catch (error) {
      return { error: String(error) }
    }
  })
}
