// Stacks as the app's own files have them. Before a module's first line stands what makes it a function: it
// must not count, for a built file is one line as a rule.

const FIRST_LINE = /(\(|\bat |\basync )([^()\s:]+\.[jt]s):1:(\d+)/g

let added = 0

/** Says how many characters stand before the code of every module. */
export function noteAdded(characters: number): void {
  added = characters
}

export function inOwnColumns(stack: string): string {
  return stack.replace(FIRST_LINE, (whole, before: string, path: string, column: string) => {
    const own = Number(column) - added
    return own > 0 ? `${before}${path}:1:${own}` : whole
  })
}
