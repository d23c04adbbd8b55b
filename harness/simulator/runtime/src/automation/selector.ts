// Selector text: splitting and rewriting to the names used in the DOM. Pure.

const PROTECTED = /\[[^\]]*\]|"[^"]*"|'[^']*'/g
const TAG = /(^|[\s>+~,(])([a-zA-Z][\w-]*)/g
/** A character no selector holds, around the number of a kept part. */
const MARK = '\u0001'
const KEPT = new RegExp(`${MARK}(\\d+)${MARK}`, 'g')
const CLASS = /\.(-?[_a-zA-Z][\w-]*)/g

function split(text: string, isSeparator: (rest: string) => number): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (quote !== '') {
      if (char === quote) quote = ''
      continue
    }
    if (char === '"' || char === "'") quote = char
    else if (char === '[' || char === '(') depth++
    else if (char === ']' || char === ')') depth--
    const width = depth === 0 ? isSeparator(text.slice(i, i + 3)) : 0
    if (width === 0) continue
    parts.push(text.slice(start, i))
    i += width - 1
    start = i + 1
  }
  parts.push(text.slice(start))
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/** The alternatives of a selector list. */
export function splitList(selector: string): string[] {
  return split(selector, (rest) => (rest.startsWith(',') ? 1 : 0))
}

/** The steps between `>>>` combinators. */
export function splitDeep(selector: string): string[] {
  return split(selector, (rest) => (rest === '>>>' ? 3 : 0))
}

/** How an attribute of WXML is called in the DOM while a selector that names it is looked up. */
export const inDom = (attribute: string): string => `mp-is-${attribute}`

const ATTRIBUTE = /^\[\s*([\w:-]+)/

/** The attributes that a selector asks for. */
export function attributesIn(selector: string): string[] {
  const found = (selector.match(PROTECTED) ?? []).map((part) => ATTRIBUTE.exec(part)?.[1])
  return [...new Set(found.filter((name) => name !== undefined))]
}

/**
 * A selector of WXML as one of this runtime's DOM: `view.a` → `wx-view:is(.a,.<prefix>--a)`,
 * `[x]` → `[mp-is-x]`.
 */
export function toDomSelector(selector: string, prefixes: readonly string[]): string {
  const kept: string[] = []
  const open = selector.replace(PROTECTED, (match) => {
    const named = match.replace(ATTRIBUTE, (_, name: string) => `[${inDom(name)}`)
    return `${MARK}${kept.push(named) - 1}${MARK}`
  })
  const tagged = open.replace(TAG, (_match, before: string, tag: string) => `${before}wx-${tag}`)
  const classed =
    prefixes.length === 0 ? tagged : tagged.replace(CLASS, (_, name: string) => anyClass(name, prefixes))
  return classed.replace(KEPT, (_match, index: string) => kept[Number(index)] ?? '')
}

function anyClass(name: string, prefixes: readonly string[]): string {
  const names = [name, ...prefixes.map((prefix) => `${prefix}--${name}`)]
  return `:is(${names.map((each) => `.${each}`).join(',')})`
}
