// Where WXML differs from what the compiler takes: rewrites of source text that keep every position.

import { placeOf, type Place } from '../place'
import { markAttribute, markText } from './escapes'
import { nameForCompiler } from './event-attributes'
import { outsideMustaches, pieces, rewriteAttributes, written, type Piece } from './markup'
import { wxsToJs } from './wxs'

/** The template source the compiler is given for a file. */
export function wxmlForCompiler(path: string, wxml: string): string {
  return pieces(wxml.replaceAll('\r\n', '\n'))
    .map((piece) => forCompiler(path, piece))
    .join('')
}

function forCompiler(path: string, { kind, text, body }: Piece): string {
  if (kind === 'text') return markText(text)
  if (kind === 'tag') return tagForCompiler(text)
  if (kind !== 'script') return text
  const end = text.lastIndexOf('<')
  const code = text.slice(body, end)
  const script = code.trim() === '' ? code : wxsToJs(path, code)
  return tagForCompiler(text.slice(0, body)) + script + text.slice(end)
}

function tagForCompiler(tag: string): string {
  const last = new Map<string, number>()
  rewriteAttributes(tag, ({ name }, index) => {
    last.set(name, index)
    return ''
  })
  return rewriteAttributes(tag, (attribute, index) => {
    // Of two with one name the last counts.
    if (last.get(attribute.name) !== index) return written(attribute).replace(/[^\n]/g, ' ')
    const value = outsideMustaches(attribute.value, markAttribute)
    // An older name, still taken; the space keeps what follows in its place.
    if (attribute.name === 'wx:for-items') return written({ ...attribute, name: 'wx:for      ', value })
    return written({ ...attribute, name: nameForCompiler(attribute.name), value })
  })
}

const REFERENCES = {
  template: /<(?:import|include)\b[^>]*?\bsrc\s*=\s*["']([^"']+)["']/g,
  include: /<include\b[^>]*?\bsrc\s*=\s*["']([^"']+)["']/g,
  script: /<wxs\b[^>]*?\bsrc\s*=\s*["']([^"']+)["']/g,
  require: /\brequire\s*\(\s*["']([^"']+)["']\s*\)/g,
}

/** The inline scripts of a template, with the place they start at. */
export function inlineScripts(wxml: string): ({ body: string } & Place)[] {
  return pieces(wxml)
    .filter(({ kind }) => kind === 'script')
    .map(({ text, at, body }) => ({
      body: text.slice(body, text.lastIndexOf('<')),
      ...placeOf(wxml, at + body),
    }))
}

interface Reference {
  target: string
  line: number
}

/** What a source text refers to, with lines. Comments count, as they do for the official compiler. */
export function references(kind: keyof typeof REFERENCES, source: string): Reference[] {
  return [...source.matchAll(REFERENCES[kind])].map((match) => ({
    target: match[1] ?? '',
    line: source.slice(0, match.index).split('\n').length,
  }))
}
