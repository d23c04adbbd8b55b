// Places in the code that templates were compiled to.

const TEMPLATE = 'G["'

/** Path of the template that a place is in (counted from 1, as in stacks); undefined for what they share. */
export function templateAt(code: string, line: number, column: number): string | undefined {
  const lines = code.split('\n')
  const before = [...lines.slice(0, line - 1), (lines[line - 1] ?? '').slice(0, column)].join('\n')
  return pathAt(code, before.length)
}

/** The same of a place counted in characters. */
export function pathAt(code: string, index: number): string | undefined {
  let at = index
  while (at > 0) {
    at = code.lastIndexOf(TEMPLATE, at - 1)
    if (at < 0) return undefined
    const from = at + TEMPLATE.length
    const to = code.indexOf('"', from)
    // Templates also name those that they import.
    if (code.startsWith('"]=', to)) return code.slice(from, to)
  }
  return undefined
}
