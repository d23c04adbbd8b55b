// From the app's script to its first page, or to the one its onPageNotFound opens.

import type { AppConfig } from '../config'
import { SourceError } from '../errors'
import type { ModuleLoader } from '../modules'
import type { Dict } from '../types'
import type { Signals } from '../wx/signals'
import type { AppService } from './app-service'
import type { Exceptions } from './exceptions'
import type { PageEntry, Pages } from './pages'
import { nextTask, type Router } from './router'

interface FirstParts {
  app: AppService
  config: AppConfig
  pages: Pages
  router: Router
  signals: Signals
}

/** Runs app.js; what it throws is the app's exception, unless it does not parse. */
export function runAppScript(config: AppConfig, modules: ModuleLoader, exceptions: Exceptions): void {
  const script = config.scriptOf('app')
  if (script === undefined) return
  try {
    modules.run(script)
  } catch (error) {
    if (error instanceof SourceError) throw error
    exceptions.report(error)
  }
}

export async function openFirst(
  { app, config, pages, router, signals }: FirstParts,
  target: { route: string; query: Dict<string> },
): Promise<PageEntry> {
  if (config.isPage(target.route)) return router.launch(target)
  app.pageNotFound(target.route, target.query, true)
  signals.raise('PageNotFound', { path: target.route, query: target.query, isEntryPage: true })
  // The handler may have opened another page; its call is under way.
  await nextTask()
  await router.settled()
  return pages.top ?? router.launch({ route: config.entryPage, query: {} })
}
