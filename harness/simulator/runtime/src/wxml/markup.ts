// WXML source cut into its pieces, for rewrites of the source text. What is wrong in it is the compiler's
// business: a piece that does not end is left as it is.

type PieceKind = 'text' | 'mustache' | 'comment' | 'tag' | 'script'

export interface Piece {
  readonly kind: PieceKind
  readonly text: string
  /** Only of scripts: where the body begins in `text`; the body ends before `</wxs>`. */
  readonly body: number
  readonly at: number
}

const STRING = String.raw`"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'`
const MUSTACHE = String.raw`\{\{(?:${STRING}|\}(?!\})|[^}"'])*\}\}+|\{\{[\s\S]*?\}\}`
const PIECE = new RegExp(
  [
    String.raw`(?<comment><!--[\s\S]*?-->)`,
    String.raw`(?<tag><\/?[a-zA-Z](?:${STRING}|[^>"'])*>)`,
    `(?<mustache>${MUSTACHE})`,
  ].join('|'),
  'y',
)
const MUSTACHES = new RegExp(`(${MUSTACHE})`)
const BEGINS = /<!--|<\/?[a-zA-Z]|\{\{/g
const ENDS: Record<string, string> = { '<!--': '-->', '{{': '}}', '<': '>' }
/** Tags whose quotes do not end: each is read to the end of the file, and no such file is compiled. */
const MOST_WITHOUT_END = 100
const OPENS_SCRIPT = /^<wxs\b[\s\S]*[^/]>$/
const ENDS_SCRIPT = /<\/wxs\s*>/g

export function pieces(wxml: string): Piece[] {
  const found: Piece[] = []
  const push = (kind: PieceKind, from: number, to: number, body = 0): void => {
    if (to > from) found.push({ kind, text: wxml.slice(from, to), at: from, body })
  }
  const begins = new RegExp(BEGINS)
  const piece = new RegExp(PIECE)
  /** What is not found from one place on is not found from a later one. */
  const absent = new Set<string>()
  let withoutEnd = 0
  let at = 0
  for (let begin = begins.exec(wxml); begin; begin = begins.exec(wxml)) {
    const end = ENDS[begin[0]] ?? '>'
    if (absent.has(end)) continue
    if (wxml.indexOf(end, begin.index) < 0) {
      absent.add(end)
      continue
    }
    piece.lastIndex = begin.index
    const match = piece.exec(wxml)
    if (!match) {
      withoutEnd += 1
      if (withoutEnd > MOST_WITHOUT_END) break
      begins.lastIndex = begin.index + 1
      continue
    }
    push('text', at, match.index)
    at = piece.lastIndex
    const { comment, tag } = match.groups ?? {}
    let kind: PieceKind = comment !== undefined ? 'comment' : tag !== undefined ? 'tag' : 'mustache'
    if (tag !== undefined && OPENS_SCRIPT.test(tag) && !absent.has('</wxs>')) {
      ENDS_SCRIPT.lastIndex = at
      if (ENDS_SCRIPT.exec(wxml)) {
        at = ENDS_SCRIPT.lastIndex
        kind = 'script'
      } else absent.add('</wxs>')
    }
    push(kind, match.index, at, kind === 'script' ? tag?.length : 0)
    begins.lastIndex = at
  }
  push('text', at, wxml.length)
  return found
}

/** Rewrites what is not within `{{ }}`. */
export function outsideMustaches(text: string, rewrite: (part: string) => string): string {
  return atMustaches(text)
    .map((part, i) => (i % 2 === 0 ? rewrite(part) : part))
    .join('')
}

/** The parts of a text that are `{{ }}`. */
export const mustaches = (text: string): string[] => atMustaches(text).filter((_part, i) => i % 2 === 1)

/** A text cut before and after each `{{ }}`. */
function atMustaches(text: string): string[] {
  // Behind the last end there is none, and each beginning would be followed to the end of the text.
  const last = text.lastIndexOf('}}') + 2
  if (last < 2) return [text]
  const parts = text.slice(0, last).split(MUSTACHES)
  return [...parts.slice(0, -1), (parts.at(-1) ?? '') + text.slice(last)]
}

interface Attribute {
  name: string
  /** `=` with the space around it and the quoted or bare value; '' when there is none. */
  equals: string
  quote: string
  value: string
}

const ATTRIBUTE =
  /([^\s=<>/"']+)(?:(\s*=\s*)(?:"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|([^\s>"']+)))?/g

/** A tag with every attribute put through `rewrite`, all else kept. */
export function rewriteAttributes(
  tag: string,
  rewrite: (attribute: Attribute, index: number) => string,
): string {
  const name = /^<\/?[^\s/>]+/.exec(tag)?.[0] ?? ''
  let index = 0
  const rest = tag.slice(name.length).replace(ATTRIBUTE, (...match: unknown[]) => {
    const [, key, equals, double, single, bare] = match as (string | undefined)[]
    const quote = double !== undefined ? '"' : single !== undefined ? "'" : ''
    const value = double ?? single ?? bare ?? ''
    return rewrite({ name: key ?? '', equals: equals ?? '', quote, value }, index++)
  })
  return name + rest
}

export const written = ({ name, equals, quote, value }: Attribute): string =>
  name + equals + quote + value + quote
