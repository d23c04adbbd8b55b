// The names an ES module takes from another, and which of them that one does not have. To the runtime a
// missing name is just undefined; the fault then shows far from its cause.

import { nearest } from './nearest'

interface ImportedNames {
  from: string
  names: string[]
  line: number
}

const NAMED = /(?:^|[\n;])[ \t]*import\s+(?!type\b)(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*(['"])([^'"\n]+)\2/g

/** The named imports of a source text; types of TypeScript are none. */
export function importedNames(source: string): ImportedNames[] {
  if (!source.includes('import')) return []
  return [...source.matchAll(NAMED)].map((match) => ({
    from: match[3] ?? '',
    names: (match[1] ?? '')
      .split(',')
      .map((item) => item.trim().split(/\s+as\s+/)[0] ?? '')
      .filter((name) => name !== '' && !name.startsWith('type ') && /^[\w$]+$/.test(name)),
    line: source.slice(0, match.index + match[0].indexOf('import')).split('\n').length,
  }))
}

/** What is wrong with the imports, given the exports of the other module; undefined when nothing is. */
export function unknownImport({ from, names }: ImportedNames, exports: unknown): string | undefined {
  if (typeof exports !== 'object' || exports === null) return undefined
  const missing = names.find((name) => !(name in exports) && name !== 'default')
  if (missing === undefined) return undefined
  const close = nearest(missing, Object.keys(exports))
  const hint = close === undefined ? '' : `; did you mean "${close}"?`
  return `"${from}" exports no "${missing}", correct the name or export it${hint}`
}
