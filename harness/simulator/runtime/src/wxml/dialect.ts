// Where WXML and WXS differ from what the compiler takes: rewrites of source text that keep line numbers.

const KEEP_OR_NEWLINE =
  /(<!--[\s\S]*?-->|<wxs\b[\s\S]*?<\/wxs>|<(?:"[^"]*"|'[^']*'|[^>"'])*>|\{\{[\s\S]*?\}\})|\\n/g

/** A literal `\n` in static text is a line break in WXML; an entity keeps the positions in the file. */
export function newlinesInText(wxml: string): string {
  if (!wxml.includes('\\n')) return wxml
  return wxml.replace(KEEP_OR_NEWLINE, (_match, keep: string | undefined) => keep ?? '&#10;')
}

const REGEXP_CALL = /getRegExp\(\s*(['"])((?:\\.|(?!\1)[^\\])*)\1/g

/**
 * WXS is not JavaScript: `x.constructor` yields a type name, and a backslash in a getRegExp pattern stays.
 * A script that throws while it loads must not take the templates of the whole app with it.
 */
export function wxsToJs(path: string, source: string): string {
  const code = source
    .replace(/\.constructor\b/g, '[$wxsConstructor]')
    .replace(REGEXP_CALL, (match, quote: string, body: string) => {
      const head = match.slice(0, match.length - body.length - 1)
      return head + body.replace(/\\(\\?)/g, (pair, second: string) => (second ? pair : '\\\\')) + quote
    })
  return `try{${code}\n}catch($e){$wxsFailed($e,${JSON.stringify(path)})}`
}

const INLINE_WXS = /(<wxs\b[^>]*[^/]>)([\s\S]*?)(<\/wxs>)/g

/** The template source the compiler is given for a file. */
export function wxmlForCompiler(path: string, wxml: string): string {
  return newlinesInText(wxml).replace(INLINE_WXS, (_match, open: string, body: string, close: string) => {
    return body.trim() === '' ? open + body + close : open + wxsToJs(path, body) + close
  })
}

const REFERENCES = {
  template: /<(?:import|include)\b[^>]*?\bsrc\s*=\s*["']([^"']+)["']/g,
  include: /<include\b[^>]*?\bsrc\s*=\s*["']([^"']+)["']/g,
  script: /<wxs\b[^>]*?\bsrc\s*=\s*["']([^"']+)["']/g,
  require: /\brequire\s*\(\s*["']([^"']+)["']\s*\)/g,
}

/** The inline scripts of a template, with the line they start on. */
export function inlineScripts(wxml: string): { body: string; line: number }[] {
  return [...wxml.matchAll(INLINE_WXS)].map((match) => ({
    body: match[2] ?? '',
    line: wxml.slice(0, match.index + (match[1] ?? '').length).split('\n').length,
  }))
}

export interface Reference {
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
