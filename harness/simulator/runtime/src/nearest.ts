// The known name somebody most likely meant by a wrong one.

/** Edits from one to the other; two letters that changed places are one. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const edits = [replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1]
      next.push(Math.min(...edits, ...(swapped ? [(before[j - 2] ?? 0) + 1] : [])))
    }
    ;[before, row] = [row, next]
  }
  return row[b.length] ?? 0
}

/** The closest of `known`, when at most two fifths of the characters differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.floor(name.length * 0.4) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const found = distance(name, candidate)
    if (found < least && found > 0) [best, least] = [candidate, found]
  }
  return best
}
