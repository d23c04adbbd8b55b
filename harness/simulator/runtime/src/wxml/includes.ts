// `<include>`: WeChat runs the included content where it stands, with the loop variables and the scripts of
// the including file. The compiler gives it neither; where that matters, the content is put in place.

import { resolvePath } from '../paths'
import { pieces, rewriteAttributes, written } from './markup'

const NAMES_LOOP = /\swx:for(-items)?[\s=]/
const HAS_SCRIPT = /<wxs\b/
const LEFT_OUT = /^<(template\b[^>]*\bname|wxs|import)\b/

const bare = (path: string): string => path.replace(/\.wxml$/, '')

function attribute(tag: string, wanted: string): string | undefined {
  let found: string | undefined
  rewriteAttributes(tag, ({ name, value }) => {
    if (name === wanted) found = value
    return ''
  })
  return found
}

/** The source at `path` with those includes put in place that need it, or undefined where none does. */
export function withIncludes(
  path: string,
  read: (path: string) => string | undefined,
  within: readonly string[] = [],
): string | undefined {
  const source = read(path) ?? ''
  if (!source.includes('<include')) return undefined
  const scripted = HAS_SCRIPT.test(source) || within.length > 0
  const open: { name: string; loops: boolean }[] = []
  let changed = false
  const parts = pieces(source).map(({ kind, text }) => {
    if (kind !== 'tag') return text
    const name = /^<\/?([^\s/>]+)/.exec(text)?.[1] ?? ''
    const loops = NAMES_LOOP.test(text)
    if (name === 'include') {
      if (text.startsWith('</')) return ''
      const target = bare(resolvePath(path, attribute(text, 'src') ?? ''))
      const content = read(target)
      const needed =
        scripted || loops || open.some((element) => element.loops) || HAS_SCRIPT.test(content ?? '')
      if (content === undefined || !needed || [path, ...within].includes(target)) return closed(text)
      changed = true
      return asBlock(text, target, contentOf(target, read, [...within, path]))
    }
    if (text.startsWith('</')) open.pop()
    else if (!text.endsWith('/>')) open.push({ name, loops })
    return text
  })
  return changed ? parts.join('') : undefined
}

/** An include has no content; its end tag was dropped. */
const closed = (tag: string): string => (tag.endsWith('/>') ? tag : `${tag.slice(0, -1)}/>`)

function asBlock(tag: string, target: string, content: string): string {
  const block = rewriteAttributes(tag, (given) => (given.name === 'src' ? '' : written(given)))
  const open = block.replace(/^<include/, '<block').replace(/\/?>$/, '>')
  // Its templates can be used by what is put in place.
  return `<import src="/${target}"/>${open}${content}</block>`
}

/** What an included file contributes: all but its templates and scripts; imports as seen from where it is. */
function contentOf(
  path: string,
  read: (path: string) => string | undefined,
  within: readonly string[],
): string {
  const source = withIncludes(path, read, within) ?? read(path) ?? ''
  let skipping = ''
  return pieces(source)
    .map(({ kind, text }) => {
      const name = /^<\/?([^\s/>]+)/.exec(text)?.[1] ?? ''
      if (skipping !== '') {
        if (kind === 'tag' && text.startsWith('</') && name === skipping) skipping = ''
        return ''
      }
      if (kind === 'script') return ''
      if (kind !== 'tag') return text
      if (name === 'import') {
        const target = bare(resolvePath(path, attribute(text, 'src') ?? ''))
        return text.startsWith('</') ? '' : `<import src="/${target}"/>`
      }
      if (name === 'include' && !text.startsWith('</')) {
        const target = bare(resolvePath(path, attribute(text, 'src') ?? ''))
        return rewriteAttributes(closed(text), (given) =>
          written(given.name === 'src' ? { ...given, value: `/${target}` } : given),
        )
      }
      if (!LEFT_OUT.test(text)) return text
      if (!text.endsWith('/>')) skipping = name
      return ''
    })
    .join('')
}
