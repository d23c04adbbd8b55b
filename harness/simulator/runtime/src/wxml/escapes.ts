// Characters that mean one thing to WeChat's compiler and another to ours. They pass through ours as
// noncharacters of Unicode, as many as they replace (positions in the file stay true), and come out as meant.

const KEPT = '\uFDD0'
const ESCAPED = '\uFDD1'
const DROPPED = '\uFDD2'

/** A character, as it may stand within a JavaScript string of either quotes. */
const WRITTEN: Record<string, string> = { n: '\\n', t: '\\t', r: '\\r', Q: '\\x22', A: '\\x27', B: '\\\\' }
const SYMBOL: Record<string, string> = { '"': 'Q', "'": 'A', '\\': 'B' }

/** WeChat decodes no entity while compiling; `<text decode>` does when it is shown. */
const keepEntities = (text: string): string => text.replaceAll('&', KEPT)

/** In text, `\n`, `\t` and `\r` are what they are in JavaScript; any other backslash is one. */
export function markText(text: string): string {
  const escaped = text.replace(/\\([\s\S])/g, (pair, next: string) =>
    /[ntr]/.test(next) ? ESCAPED + next : pair,
  )
  return keepEntities(escaped)
}

/** In an attribute a backslash stands before any character, and is dropped where it changes nothing. */
export function markAttribute(value: string): string {
  return keepEntities(value).replace(/\\([\s\S])/g, (_pair, next: string) =>
    /[ntr]/.test(next) ? ESCAPED + next : SYMBOL[next] ? ESCAPED + SYMBOL[next] : DROPPED + next,
  )
}

/** Puts the characters into generated code, where they stand as JavaScript escapes. */
export function unmark(code: string): string {
  return code.replace(/\\u\{fdd([012])\}(.)/g, (_mark, which: string, next: string) => {
    if (which === '1') return WRITTEN[next] ?? next
    return (which === '0' ? '&' : '') + next
  })
}
