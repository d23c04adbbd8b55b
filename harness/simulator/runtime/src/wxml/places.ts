// Places in the code that templates were compiled to.

const TEMPLATE = 'G["'

/** Path of the template that a place is in (counted from 1, as in stacks); undefined for what they share. */
export function templateAt(code: string, line: number, column: number): string | undefined {
  const lines = code.split('\n')
  const before = [...lines.slice(0, line - 1), (lines[line - 1] ?? '').slice(0, column)].join('\n')
  const at = before.lastIndexOf(TEMPLATE)
  if (at < 0) return undefined
  const from = at + TEMPLATE.length
  return code.slice(from, code.indexOf('"', from))
}
