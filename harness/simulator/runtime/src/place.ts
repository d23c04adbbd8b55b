// Where something stands in a source text, counted from 1.

export interface Place {
  line: number
  column: number
}

export function placeOf(text: string, at: number): Place {
  const before = text.slice(0, Math.max(at, 0)).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
