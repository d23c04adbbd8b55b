// What the official compiler refuses in a style sheet, before it is used: blocks and texts that do not end,
// imports of files that do not exist.

import { tokenize, tokenTypes as T } from 'css-tree/tokenizer'
import { isVendor } from '../config'
import { refuse, SourceError, type OnSourceError } from '../errors'
import { nearest } from '../nearest'
import { resolvePath } from '../paths'
import { placeOf } from '../place'
import type { Dict } from '../types'

/** Blocks and brackets within each other: the browser takes a call for each level. */
const DEEPEST = 100
const OPENS: readonly number[] = [T.LeftCurlyBracket, T.LeftParenthesis, T.LeftSquareBracket, T.Function]
const CLOSES: readonly number[] = [T.RightCurlyBracket, T.RightParenthesis, T.RightSquareBracket]

/**
 * Tells the first fault of a sheet and of each that it imports, and gives `onError` the imports that do not
 * exist; `seen` ones are skipped. What is wrong in a sheet of a package is its makers' to mend, unless it
 * would end the browser. The answer: the sheets that cannot be read.
 */
export function checkSheet(
  path: string,
  files: Dict<string>,
  seen: Set<string>,
  onError: OnSourceError = refuse,
): string[] {
  const source = files[path]
  if (source === undefined || seen.has(path)) return []
  seen.add(path)
  try {
    checkBlocks(path, source)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    onError(error)
    return [path]
  }
  return imports(source).flatMap(({ target, line }) => {
    const base = resolvePath(path, target)
    const file = [base, `${base}.wxss`].find((candidate) => files[candidate] !== undefined)
    if (file !== undefined) return checkSheet(file, files, seen, onError)
    if (!isVendor(path)) onError(missing(path, line, target, files))
    return []
  })
}

/** What a sheet imports, with lines. */
export function imports(source: string): { target: string; line: number }[] {
  const found: { target: string; line: number }[] = []
  let importing = false
  tokenize(source, (type, start, end) => {
    if (importing && (type === T.String || type === T.Url)) {
      importing = false
      const target = source
        .slice(start, end)
        .replace(/^url\(|\)$|["']/g, '')
        .trim()
      found.push({ target, line: placeOf(source, start).line })
    }
    if (type === T.AtKeyword && /^@import$/i.test(source.slice(start, end))) importing = true
    if (type === T.Semicolon) importing = false
  })
  return found
}

function checkBlocks(path: string, source: string): void {
  const lineAt = (index: number): number => placeOf(source, index).line
  const fail = (index: number, what: string, todo: string): void => {
    if (!isVendor(path)) throw new SourceError(path, lineAt(index), what, todo)
  }
  const open: number[] = []
  let depth = 0
  tokenize(source, (type, start, end) => {
    const text = source.slice(start, end)
    if (CLOSES.includes(type)) depth = Math.max(0, depth - 1)
    if (OPENS.includes(type) && ++depth > DEEPEST) {
      throw new SourceError(
        path,
        lineAt(start),
        `blocks are nested more than ${DEEPEST} deep`,
        'take them apart',
      )
    }
    if (type === T.LeftCurlyBracket) open.push(start)
    if (type === T.RightCurlyBracket && open.pop() === undefined) {
      fail(start, 'a "}" closes nothing', 'remove it or open its block')
    }
    if (type === T.BadString) fail(start, 'a text in quotes does not end', 'close the quotes')
    if (type === T.BadUrl) fail(start, 'a url() does not end', 'close it')
    if (type === T.Comment && !(text.length >= 4 && text.endsWith('*/'))) {
      fail(start, 'a comment does not end', 'close it with */')
    }
  })
  const unclosed = open.pop()
  if (unclosed !== undefined) fail(unclosed, 'a block is never closed', 'add the missing "}"')
}

function missing(path: string, line: number, target: string, files: Dict<string>): SourceError {
  const sheets = Object.keys(files).filter((name) => name.endsWith('.wxss'))
  const close = nearest(resolvePath(path, target), sheets)
  return new SourceError(
    path,
    line,
    `@import of "${target}", which does not exist`,
    'correct the path or create the file',
    close === undefined ? undefined : `/${close}`,
  )
}
