// What is wrong with files of the app, and which pages they take part in: a warning at once, whether the file
// is used or not; a page that is opened says it, too. One bad page never keeps an app from starting.

import type { Diagnostics } from './app/diagnostics'
import type { ComponentInfo } from './config'
import type { SourceError } from './errors'
import { resolvePath } from './paths'
import type { Dict } from './types'
import { references } from './wxml/dialect'
import { imports } from './wxss/check'

/** The place of a component that app.json gives to every page, for those that use it. */
export const globalTag = (tag: string): string => `app.json <${tag}>`

export class SourceErrors {
  private readonly byFile = new Map<string, SourceError[]>()

  constructor(
    private readonly files: Dict<string>,
    private readonly diagnostics: Pick<Diagnostics, 'push'>,
  ) {}

  /** Takes an error that concerns those who use `file`; a file that is wrong itself is the one it names. */
  readonly note = (error: SourceError, file = error.path): void => {
    const known = this.byFile.get(file) ?? []
    if (known.some(({ message }) => message === error.message)) return
    this.byFile.set(file, [...known, error])
    const { path, line, fault: message } = error
    this.diagnostics.push({ path, line, level: 'warning', message })
  }

  /** Those of the files that a page is made of, the files of its components among them. */
  of(page: string, components: ReadonlyMap<string, ComponentInfo>): SourceError[] {
    if (this.byFile.size === 0) return []
    const files = new Set(['app.wxss'])
    const parts = new Set([page])
    for (const part of parts) {
      for (const ending of ['json', 'js', 'ts', 'wxml', 'wxss']) files.add(`${part}.${ending}`)
      const info = components.get(part)
      const used = [...Object.values(info?.using ?? {}), ...Object.values(info?.genericDefaults ?? {})]
      for (const each of used) parts.add(each)
    }
    // What is added on the way is gone through as well.
    for (const file of files) for (const used of this.usedBy(file)) files.add(used)
    return [...this.byFile].flatMap(([file, errors]) => (files.has(file) ? errors : []))
  }

  private usedBy(file: string): string[] {
    const source = this.files[file] ?? ''
    const named = (targets: readonly { target: string }[], ending: string): string[] =>
      targets.map(({ target }) => resolvePath(file, target).replace(new RegExp(`(${ending})?$`), ending))
    if (file.endsWith('.wxml')) {
      return [
        ...named(references('template', source), '.wxml'),
        ...named(references('script', source), '.wxs'),
        ...named(references('require', source), '.wxs'),
        ...[...source.matchAll(/<([\w-]+)/g)].map((match) => globalTag(match[1] ?? '')),
      ]
    }
    if (file.endsWith('.wxs')) return named(references('require', source), '.wxs')
    if (file.endsWith('.wxss')) return named(imports(source), '.wxss')
    return []
  }
}
