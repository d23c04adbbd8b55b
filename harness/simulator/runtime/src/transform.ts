// JavaScript the page can run: TypeScript and ES module syntax rewritten, line by line the same.

import { transform } from 'sucrase'

const ES_MODULE = /(^|[\n;}])\s*(import\b\s*["'{*\w]|export\b)/
const DECLARATIONS = /(^|[\n;}])([ \t]*export\s+(?:const|let|var)\s)/g

/** Code for the page: TypeScript and ES modules made CommonJS, anything else as it is. */
export function toCommonJs(path: string, source: string): string {
  const isTypeScript = path.endsWith('.ts')
  if (!isTypeScript && !ES_MODULE.test(source)) return source
  return transform(splitExports(source), {
    transforms: isTypeScript ? ['typescript', 'imports'] : ['imports'],
    disableESTransforms: true,
    filePath: path,
  }).code
}

/** What may stand between two declarators without being code: comments, strings, templates, regexps. */
const TEMPLATE = /`(?:\\.|\$\{(?:[^{}]|\{[^{}]*\})*\}|[^`\\])*`/
const QUOTED = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//
const SKIPPED = new RegExp([COMMENT, QUOTED, TEMPLATE].map(({ source }) => source).join('|'), 'y')
const REGEXP = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y
const NEXT_STATEMENT = new RegExp(
  '\\n\\s*(?:export|import|const|let|var|function|async|class|if|for|while|switch|try|type|interface)\\b',
  'y',
)

/** The transform exports only the first of `export const a = 1, b = 2`: make it one statement each. */
export function splitExports(source: string): string {
  let out = ''
  let from = 0
  for (const match of source.matchAll(DECLARATIONS)) {
    const start = match.index + match[0].length
    for (const comma of declaratorCommas(source, start)) {
      out += source.slice(from, comma) + `;${(match[2] ?? '').trim()} `
      from = comma + 1
    }
  }
  return out + source.slice(from)
}

function declaratorCommas(source: string, start: number): number[] {
  const commas: number[] = []
  let depth = 0
  let before = ''
  for (let at = start; at < source.length; at++) {
    const char = source[at] ?? ''
    const skipped =
      skip(SKIPPED, source, at) ?? (/[(,=:[!&|?{;]/.test(before) ? skip(REGEXP, source, at) : undefined)
    if (skipped !== undefined) {
      at += skipped - 1
      before = 'a'
      continue
    }
    if ('([{'.includes(char)) depth++
    if (')]}'.includes(char)) depth--
    if (depth < 0 || (depth === 0 && (char === ';' || skip(NEXT_STATEMENT, source, at) !== undefined))) break
    if (depth === 0 && char === ',') commas.push(at)
    if (char.trim() !== '') before = char
  }
  return commas
}

function skip(pattern: RegExp, source: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0].length
}
