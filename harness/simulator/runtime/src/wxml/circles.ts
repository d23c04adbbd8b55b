// `<include>` puts a file's text in place: files that include each other would never end.

import { SourceError } from '../errors'
import { resolvePath } from '../paths'
import type { Dict } from '../types'
import { references } from './dialect'

/**
 * SourceError for the first circle of includes that begins at the template (a path without ending); `ended`
 * are those that lead into none.
 */
export function checkIncludes(template: string, files: Dict<string>, ended: Set<string>): void {
  const follow = (path: string, chain: readonly string[]): void => {
    const source = files[`${path}.wxml`]
    if (source === undefined || ended.has(path)) return
    for (const { target, line } of references('include', source)) {
      const included = resolvePath(path, target).replace(/\.wxml$/, '')
      const circle = [...chain, path, included]
      if (chain.includes(included) || included === path) {
        const names = circle.slice(circle.indexOf(included)).map((name) => `${name}.wxml`)
        const what = `<include> goes in a circle (${names.join(', ')})`
        throw new SourceError(`${path}.wxml`, line, what, 'include the common part from a file of its own')
      }
      follow(included, [...chain, path])
    }
    ended.add(path)
  }
  follow(template, [])
}
