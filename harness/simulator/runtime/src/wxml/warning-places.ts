// What in a template the framework warns about: it names a property or a tag, and no line.

import { placeOf, type Place } from '../place'
import { pieces } from './markup'

const PROPERTY = /^(?:property )?"([\w-]+)" (?:received type-incompatible value|is not a valid property)/
const KEYS = /^Some keys are not unique/
const COMPONENT = /^Cannot find component "([\w-]+)"/
const BLOCK = /^<[\w-]+/

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/**
 * The places a warning may be about, in the order of the file; none where it is not about a part of the
 * template. `tag` is that of the component it is about.
 */
export function placesOfWarning(wxml: string, message: string, tag?: string): Place[] {
  const property = PROPERTY.exec(message)?.[1]
  if (property !== undefined) {
    const everywhere = attributes(wxml, `(?:model:)?(?:${property}|${dashed(property)})`)
    const own = everywhere.filter((found) => found.tag === tag)
    return (own.length > 0 ? own : everywhere).map(({ at }) => placeOf(wxml, at))
  }
  if (KEYS.test(message)) return attributes(wxml, 'wx:key').map(({ at }) => placeOf(wxml, at))
  const component = COMPONENT.exec(message)?.[1]
  if (component === undefined) return []
  return tags(wxml)
    .filter(({ name }) => name === component)
    .map(({ at }) => placeOf(wxml, at))
}

function tags(wxml: string): { name: string; text: string; at: number }[] {
  return pieces(wxml).flatMap(({ kind, text, at }) => {
    const name = kind === 'tag' ? BLOCK.exec(text)?.[0].slice(1) : undefined
    return name === undefined ? [] : [{ name, text, at }]
  })
}

/** The attributes whose names match, with the tags they are on. */
function attributes(wxml: string, name: string): { tag: string; at: number }[] {
  const pattern = new RegExp(`(?<=[\\s"'])${name}(?=[\\s=/>])`)
  return tags(wxml).flatMap((tag) => {
    // Values are blanked: a class or a text may have the name of an attribute.
    const bare = tag.text.replace(/"[^"]*"|'[^']*'/g, (value) => `"${' '.repeat(value.length - 2)}"`)
    const found = bare.search(pattern)
    return found < 0 ? [] : [{ tag: tag.name, at: tag.at + found }]
  })
}
