// Loads page and component scripts on first use, dependencies first, and their styles after them.

import { SourceError, type OnSourceError } from '../errors'
import type { AppConfig, ComponentInfo } from '../config'
import type { Engine } from '../engine/space'
import type { ModuleLoader } from '../modules'
import type { Diagnostics } from './diagnostics'
import type { StyleSheets } from '../styles'
import type { Definitions } from './definitions'
import type { Exceptions } from './exceptions'

export class ComponentLoader {
  private readonly loaded = new Set<string>()

  constructor(
    private readonly config: AppConfig,
    private readonly components: ReadonlyMap<string, ComponentInfo>,
    private readonly modules: ModuleLoader,
    private readonly definitions: Definitions,
    private readonly engine: Engine,
    private readonly styles: StyleSheets,
    private readonly exceptions: Exceptions,
    private readonly diagnostics: Diagnostics,
    private readonly onSourceError: OnSourceError,
  ) {}

  /**
   * Makes a page or component ready for use. An exception of its script is reported and leaves it empty,
   * as in WeChat, and so does code that does not parse. False when the app has no such component.
   */
  ensure(path: string): boolean {
    const info = this.components.get(path)
    if (!info) return false
    if (this.loaded.has(path)) return true
    this.loaded.add(path)
    for (const used of [...Object.values(info.using), ...Object.values(info.genericDefaults)])
      this.ensure(used)
    const script = this.config.scriptOf(path)
    const ran = script !== undefined && this.definitions.during(path, () => this.run(script))
    if (!this.engine.isDefined(path)) {
      const name = info.isPage ? 'Page' : 'Component'
      const todo = `call ${name}({}) in it, or it stays empty`
      if (ran) this.diagnostics.warn(script, 1, `${name}() was never called: ${todo}`)
      this.definitions.defineEmpty(path, info.isPage)
    }
    // After the script: it may have changed the isolation.
    if (!info.isPage) this.styles.useComponent(path)
    return true
  }

  private run(script: string): boolean {
    try {
      this.modules.run(script)
      return true
    } catch (error) {
      if (error instanceof SourceError) this.onSourceError(error, script)
      else this.exceptions.report(error)
      return false
    }
  }
}
