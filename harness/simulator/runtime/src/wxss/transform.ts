// WXSS → CSS for this runtime's DOM, on a specification tokenizer: rpx lengths, class prefixes of isolated
// components, tag names (`view` → `wx-view`, `page` → `body`), `:host`, `@import` inlining, url() rebasing.

import { tokenize, tokenTypes as T } from 'css-tree/tokenizer'
import { resolvePath } from '../paths'
import type { Dict } from '../types'
import { rpxToPx } from './rpx'

interface WxssOptions {
  width: number
  /** Set for an isolated component: its classes become `<prefix>--name`. */
  prefix?: string | undefined
  onMissing?: (path: string, importer: string) => void
}

/** The node of the page stands between `body` and the nodes of its template, and is none of the app's. */
const CHILD_OF_PAGE = '>:where(wx-mp-page)>'

type Token = readonly [type: number, text: string]

const BLOCK_OF_RULES = /^@(media|supports|layer|container|scope|document)$/i
const SELECTOR_FUNCTION = /^(not|is|where|has|host|matches)\($/i
const EXTERNAL_URL = /^([a-z]+:|\/\/|#|data:)/i
const RPX = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)rpx$/

export function wxssToCss(path: string, files: Dict<string>, options: WxssOptions): string {
  return new Sheet(path, files, options, new Set()).toCss()
}

class Sheet {
  private readonly tokens: Token[] = []
  private at = 0
  private out = ''

  constructor(
    private readonly path: string,
    private readonly files: Dict<string>,
    private readonly options: WxssOptions,
    private readonly seen: Set<string>,
  ) {
    const source = files[path] ?? ''
    tokenize(source, (type, start, end) => this.tokens.push([type, source.slice(start, end)]))
  }

  toCss(): string {
    if (this.seen.has(this.path)) return ''
    this.seen.add(this.path)
    this.rules(true)
    return this.out
  }

  private get type(): number {
    return this.tokens[this.at]?.[0] ?? -1
  }

  private get text(): string {
    return this.tokens[this.at]?.[1] ?? ''
  }

  private get ended(): boolean {
    return this.at >= this.tokens.length
  }

  private rules(top: boolean): void {
    while (!this.ended) {
      const { type } = this
      if (type === T.RightCurlyBracket && !top) {
        this.out += '}'
        this.at++
        return
      }
      if (type === T.AtKeyword) this.atRule()
      else if (isFiller(type)) this.at++
      else this.styleRule()
    }
  }

  private atRule(): void {
    const name = this.text
    if (/^@import$/i.test(name)) {
      this.importRule()
      return
    }
    // Lengths in the prelude (media queries) stay as they are, as the official compiler leaves them.
    while (!this.ended && this.type !== T.LeftCurlyBracket && this.type !== T.Semicolon) {
      this.out += this.text
      this.at++
    }
    if (this.type === T.LeftCurlyBracket && BLOCK_OF_RULES.test(name)) {
      this.out += '{'
      this.at++
      this.rules(false)
    } else if (this.type === T.LeftCurlyBracket) {
      this.declarations()
    } else if (this.type === T.Semicolon) {
      this.out += ';'
      this.at++
    }
  }

  private importRule(): void {
    let target: string | undefined
    let media = ''
    for (this.at++; !this.ended && this.type !== T.Semicolon; this.at++) {
      if (target !== undefined) media += this.text
      else if (this.type === T.String) target = this.text.slice(1, -1)
      else if (this.type === T.Url) target = this.text.slice(4, -1).trim()
    }
    this.at++
    if (target === undefined) return
    let path = resolvePath(this.path, target)
    if (this.files[path] === undefined) path += '.wxss'
    if (this.files[path] === undefined) {
      this.options.onMissing?.(resolvePath(this.path, target), this.path)
      return
    }
    const css = new Sheet(path, this.files, this.options, this.seen).toCss()
    this.out += media.trim() === '' ? css : `@media ${media.trim()}{${css}}`
  }

  private styleRule(): void {
    const selector = new SelectorWriter(this.options.prefix)
    while (!this.ended && this.type !== T.LeftCurlyBracket) {
      if (this.type === T.Function && !SELECTOR_FUNCTION.test(this.text)) selector.raw(this.balanced())
      else {
        if (this.type !== T.Comment) selector.add(this.type, this.text)
        this.at++
      }
    }
    this.out += selector.out
    if (!this.ended) this.declarations()
  }

  /** A function with its arguments, copied (`:nth-child(odd)` must not become a tag name). */
  private balanced(): string {
    let depth = 0
    let text = ''
    do {
      if (this.type === T.Function || this.type === T.LeftParenthesis) depth++
      if (this.type === T.RightParenthesis) depth--
      text += this.text
      this.at++
    } while (depth > 0 && !this.ended)
    return text
  }

  /** A block `{…}` of declarations: only values change. */
  private declarations(): void {
    let depth = 0
    while (!this.ended) {
      const { type, text } = this
      if (type === T.LeftCurlyBracket) depth++
      if (type === T.RightCurlyBracket) depth--
      const next = this.tokens[this.at + 1]
      if (type === T.Function && /^url\($/i.test(text) && next?.[0] === T.String) {
        this.out += `url("${this.rebase(next[1].slice(1, -1))}"`
        this.at++
      } else if (type !== T.Comment) {
        this.out += this.value(type, text)
      }
      this.at++
      if (depth === 0) return
    }
  }

  private value(type: number, text: string): string {
    if (type === T.Dimension) {
      return text.replace(RPX, (_match, n: string) => `${rpxToPx(Number(n), this.options.width)}px`)
    }
    if (type === T.Url) return `url(${this.rebase(text.slice(4, -1).trim())})`
    return text
  }

  private rebase(url: string): string {
    return EXTERNAL_URL.test(url) ? url : `/${resolvePath(this.path, url)}`
  }
}

function isFiller(type: number): boolean {
  return (
    type === T.WhiteSpace ||
    type === T.Comment ||
    type === T.CDO ||
    type === T.CDC ||
    type === T.RightCurlyBracket ||
    type === T.Semicolon
  )
}

/** Writes a selector list token by token. */
class SelectorWriter {
  out = ''
  private afterDot = false
  private colons = 0
  private brackets = 0
  private compoundStart = true
  /** Parentheses that are not closed yet. */
  private open = 0
  /** Since a `page`: its own compound, the space behind it, or neither. */
  private sincePage: 'compound' | 'space' | undefined

  constructor(private readonly prefix: string | undefined) {}

  /** Whether a name that comes next is that of a tag. */
  private get startsWithTag(): boolean {
    return this.compoundStart && !this.afterDot && this.colons === 0 && this.brackets === 0
  }

  raw(text: string): void {
    this.out += text
    this.afterDot = false
    this.colons = 0
    this.compoundStart = false
  }

  add(type: number, text: string): void {
    if (type === T.Ident) this.identifier(text)
    else this.out += this.isChildOfPage(type, text) ? CHILD_OF_PAGE : text
    this.notePage(type, text)
    if (type === T.LeftSquareBracket) this.brackets++
    if (type === T.RightSquareBracket) this.brackets--
    this.afterDot = type === T.Delim && text === '.'
    this.colons = type === T.Colon ? this.colons + 1 : 0
    this.compoundStart =
      type === T.WhiteSpace ||
      type === T.Comma ||
      type === T.LeftParenthesis ||
      type === T.Function ||
      (type === T.Delim && /[>+~]/.test(text))
  }

  private isChildOfPage(type: number, text: string): boolean {
    return this.sincePage !== undefined && this.open === 0 && type === T.Delim && text === '>'
  }

  private notePage(type: number, text: string): void {
    if (type === T.Function) this.open++
    else if (type === T.RightParenthesis) this.open--
    else if (this.open > 0) return
    else if (type === T.Ident && text === 'page' && this.startsWithTag) this.sincePage = 'compound'
    else if (type === T.WhiteSpace) this.sincePage &&= 'space'
    else if (this.sincePage === 'space' || type === T.Comma || text === '>') this.sincePage = undefined
  }

  private identifier(text: string): void {
    if (this.afterDot) this.out += this.prefix === undefined ? text : `${this.prefix}--${text}`
    else if (this.colons === 1 && text === 'host')
      this.out = `${this.out.slice(0, -1)}[wx-host="${this.prefix ?? ''}"]`
    else if (!this.startsWithTag) this.out += text
    else if (text === 'page') this.out += 'body'
    // `body` and `html` too: no element of a page is one.
    else this.out += `wx-${text}`
  }
}
