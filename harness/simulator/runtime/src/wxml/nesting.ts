// How deep a template may be nested. The compiler, the code it writes and the browser take a call for each
// level, and beyond some hundreds of them they end without a word of where.

import { SourceError } from '../errors'
import { placeOf } from '../place'
import { mustaches, pieces, rewriteAttributes } from './markup'

/** Tags within tags: 160 are compiled, 180 are not. */
const TAGS = 100
/** Brackets within brackets and conditions within conditions: 600 are compiled. */
const BRACKETS = 200
/** Operators, and names or numbers, of one text or attribute: a thousand of some operators are compiled. */
const OPERATORS = 500
const WORDS = 2000

const TOKEN = /(?<text>"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')|(?<word>[\w$]+)|[^\s\w$]/g

/** SourceError for the first place that is nested too deep; `file` is what the source is told by. */
export function checkNesting(file: string, wxml: string): void {
  const fail = (at: number, what: string): never => {
    throw new SourceError(file, placeOf(wxml, at).line, what, 'take it apart')
  }
  const check = (at: number, value: string): void => {
    const what = excess(value)
    if (what !== undefined) fail(at, what)
  }
  let depth = 0
  let text = ''
  for (const piece of [...pieces(wxml), { kind: 'tag', text: '</end>', at: wxml.length } as const]) {
    const { kind, at } = piece
    if (kind === 'text' || kind === 'mustache') text += piece.text
    if (kind !== 'tag') continue
    check(at - text.length, text)
    text = ''
    if (piece.text.startsWith('</')) depth = Math.max(0, depth - 1)
    else if (!piece.text.endsWith('/>') && ++depth > TAGS) fail(at, `tags are nested more than ${TAGS} deep`)
    rewriteAttributes(piece.text, ({ value }) => {
      check(at, value)
      return ''
    })
  }
}

/** What there is too much of in the expressions of a text or an attribute. */
function excess(value: string): string | undefined {
  let operators = 0
  let words = 0
  for (const expression of mustaches(value)) {
    let open = 0
    let conditions = 0
    operators += 1
    for (const { 0: token, groups } of expression.slice(2, -2).matchAll(TOKEN)) {
      if (groups?.['text'] !== undefined || groups?.['word'] !== undefined) words += 1
      else if (/[)\]}]/.test(token)) open = Math.max(0, open - 1)
      else if (token !== ',') operators += 1
      if (/^[([{]$/.test(token)) open += 1
      // Each stands within the one before, whichever side of the colon it is on.
      if (token === '?') conditions += 1
      if (open + conditions > BRACKETS) return `an expression is nested more than ${BRACKETS} deep`
    }
  }
  if (operators > OPERATORS) return `expressions of one place have more than ${OPERATORS} operators`
  if (words > WORDS) return `expressions of one place have more than ${WORDS} names and values`
  return undefined
}
