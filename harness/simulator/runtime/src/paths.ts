// Paths inside the source tree: POSIX, relative to the project root, no leading slash.

export function dirname(path: string): string {
  const cut = path.lastIndexOf('/')
  return cut < 0 ? '' : path.slice(0, cut)
}

/** `relative` as seen from the file `from`; a leading slash means the project root. */
export function resolvePath(from: string, relative: string): string {
  const parts = relative.startsWith('/') ? [] : dirname(from).split('/').filter(Boolean)
  for (const segment of relative.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') parts.pop()
    else parts.push(segment)
  }
  return parts.join('/')
}

/** The places where an npm package may be mounted, nearest first. */
export function npmCandidates(from: string, request: string): string[] {
  const dirs = dirname(from).split('/').filter(Boolean)
  const out: string[] = []
  for (let depth = dirs.length; depth >= 0; depth--) {
    out.push([...dirs.slice(0, depth), 'miniprogram_npm', request].join('/'))
  }
  return out
}

/** A short name for a path that is stable between boots (djb2, base 36). */
export function shortHash(text: string): string {
  let hash = 5381
  for (let i = 0; i < text.length; i++) hash = ((hash * 33) ^ text.charCodeAt(i)) >>> 0
  return hash.toString(36)
}
