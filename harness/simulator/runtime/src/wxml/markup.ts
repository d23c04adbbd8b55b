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
  'g',
)
const MUSTACHES = new RegExp(`(${MUSTACHE})`)
const OPENS_SCRIPT = /^<wxs\b[\s\S]*[^/]>$/
const ENDS_SCRIPT = /<\/wxs\s*>/g

export function pieces(wxml: string): Piece[] {
  const found: Piece[] = []
  const push = (kind: PieceKind, from: number, to: number, body = 0): void => {
    if (to > from) found.push({ kind, text: wxml.slice(from, to), at: from, body })
  }
  const search = new RegExp(PIECE)
  let at = 0
  for (let match = search.exec(wxml); match; match = search.exec(wxml)) {
    push('text', at, match.index)
    at = search.lastIndex
    const { comment, tag } = match.groups ?? {}
    if (tag !== undefined && OPENS_SCRIPT.test(tag)) {
      ENDS_SCRIPT.lastIndex = at
      const end = ENDS_SCRIPT.exec(wxml)
      if (end) {
        at = ENDS_SCRIPT.lastIndex
        push('script', match.index, at, tag.length)
        search.lastIndex = at
        continue
      }
    }
    push(comment !== undefined ? 'comment' : tag !== undefined ? 'tag' : 'mustache', match.index, at)
  }
  push('text', at, wxml.length)
  return found
}

/** Rewrites what is not within `{{ }}`. */
export function outsideMustaches(text: string, rewrite: (part: string) => string): string {
  return text
    .split(MUSTACHES)
    .map((part, i) => (i % 2 === 0 ? rewrite(part) : part))
    .join('')
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
