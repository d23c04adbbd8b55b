// Loads page and component scripts on first use, dependencies first, and their styles after them.

import { SourceError } from '../errors'
import type { AppConfig, ComponentInfo } from '../config'
import type { Engine } from '../engine/space'
import type { ModuleLoader } from '../modules'
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
  ) {}

  /**
   * Makes a page or component ready for use. An exception of its script is reported and leaves it empty,
   * as in WeChat; code that does not parse is a SourceError.
   */
  ensure(path: string): void {
    const info = this.components.get(path)
    if (!info || this.loaded.has(path)) return
    this.loaded.add(path)
    for (const used of [...Object.values(info.using), ...Object.values(info.genericDefaults)])
      this.ensure(used)
    const script = this.config.scriptOf(path)
    if (script !== undefined) this.definitions.during(path, () => this.run(script))
    if (!this.engine.isDefined(path)) this.definitions.defineEmpty(path, info.isPage)
    // After the script: it may have changed the isolation.
    if (!info.isPage) this.styles.useComponent(path)
  }

  private run(script: string): void {
    try {
      this.modules.run(script)
    } catch (error) {
      if (error instanceof SourceError) throw error
      this.exceptions.report(error)
    }
  }
}
