// The runtime put together: from a source tree to a running app. Owns the order of boot and nothing else.

import { AppService } from './app/app-service'
import { extendCallers } from './app/caller'
import { Measures } from './app/measures'
import { Chrome } from './app/chrome'
import { createConsole } from './app/console'
import { Definitions } from './app/definitions'
import { Diagnostics } from './app/diagnostics'
import { Exceptions } from './app/exceptions'
import { openFirst, runAppScript } from './app/first-page'
import { ComponentLoader } from './app/loader'
import { Pages } from './app/pages'
import { PullDown } from './app/pull-down'
import { Router } from './app/router'
import { Scrolling } from './app/scrolling'
import { Theme } from './app/theme'
import { routeTarget } from './app/stack-rules'
import { Automation } from './automation'
import { ElementRegistry } from './automation/elements'
import { WxMocks } from './automation/mocks'
import { Bridge } from './bridge'
import baseCss from './builtins/base.css'
import contentsCss from './builtins/contents.css'
import v2Css from './builtins/v2.css'
import { GAP_TAGS, PLACEHOLDER_CSS } from './builtins/native'
import { PageHost } from './builtins/page-host'
import { registerBuiltins } from './builtins/register'
import { AppConfig, CUSTOM_TAB_BAR, isVendor } from './config'
import { patchSlots } from './engine/slots'
import { BUILTIN_PATH } from './engine/nodes'
import { Engine } from './engine/space'
import { NotSimulated, SourceError } from './errors'
import { createGlobalObject } from './globals'
import { ModuleLoader } from './modules'
import { SourceErrors } from './source-errors'
import { compileSources, withoutBrokenSheets } from './sources'
import { StyleSheets } from './styles'
import type { AppPackage, BootReport, Dict } from './types'
import { Dialogs, type ModalResult } from './ui/dialogs'
import { createWx } from './wx'
import { drawnOrAnswered, Gaps, type WxContext } from './wx/calls'
import { Files } from './wx/file-tree'
import { Permissions } from './wx/permissions'
import { Privacy } from './wx/privacy'
import { Signals } from './wx/signals'
import { DeviceState } from './wx/device-state'
import { lineOfUse, placeOfHandler } from './wxml/handlers'
import { wrongArguments } from './wx/platform'
import { templateAt } from './wxml/places'
import { evaluateTemplates } from './wxml/templates'

export interface RunningApp {
  report: BootReport
  automation: Automation
}

export async function bootApp(given: AppPackage): Promise<RunningApp> {
  const { files, errors, options } = given
  const started = performance.now()
  const timing: Dict<number> = {}
  const measure = (name: string, since: number): number => {
    const now = performance.now()
    timing[name] = Math.round(now - since)
    return now
  }

  const bridge = new Bridge(window)
  const diagnostics = new Diagnostics(bridge)
  const sourceErrors = new SourceErrors(files, diagnostics)
  const { note } = sourceErrors
  for (const { path, line, message, file } of errors ?? []) note(new SourceError(path, line, message), file)
  const config = new AppConfig(files, note)
  const components = config.closure()
  diagnostics.push(...config.diagnostics)
  const { code, compiled, sheets: made } = await compileSources(given, components, diagnostics, note)
  const sheets = withoutBrokenSheets({ ...files, ...made }, components, note)
  let at = measure('templates', started)

  let templateCode = ''
  const exceptions = new Exceptions(bridge, {
    page: () => pages.top?.route ?? '',
    isBuiltin: (line, column) => templateAt(templateCode, line, column)?.startsWith(BUILTIN_PATH) === true,
  })
  exceptions.listen(window)
  const warn = (message: string, path?: string, tag?: string): void => {
    // What a package does oddly is its makers' to mend.
    if (path !== undefined && isVendor(path)) return
    if (path === undefined) diagnostics.warn('app.json', 1, message)
    else diagnostics.warnOfTemplate(`${path}.wxml`, files[`${path}.wxml`] ?? '', message, tag)
  }
  const { width } = options.device
  const groups = evaluateTemplates(
    code,
    (error, file, template) => {
      const line = template === undefined ? '' : `:${lineOfUse(files[file ?? ''] ?? '', template)}`
      exceptions.report(inFile(error, file && file + line))
    },
    (text) => (templateCode = text),
  )
  const engine = new Engine(groups, () => width, {
    onError: (error) => exceptions.report(error),
    onWarning: warn,
    onScriptWarning: (message, path) => {
      // A behavior has no path.
      if (path === '' || isVendor(path)) return
      const file = files[`${path}.ts`] === undefined ? `${path}.js` : `${path}.ts`
      diagnostics.push({ path: file, line: 1, level: 'warning', message })
    },
    onMissing: (path, method) => {
      const file = `${path}.wxml`
      const what = `no method "${method}" to handle the event: write it, or take it out of the template`
      if (isVendor(path)) return
      const place = placeOfHandler(files[file] ?? '', method)
      diagnostics.push({ path: file, ...place, level: 'warning', message: what })
    },
  })
  if (config.app['componentFramework'] !== 'glass-easel') patchSlots()
  const styles = new StyleSheets(sheets, width, diagnostics)
  styles.addBuiltin(baseCss + contentsCss + PLACEHOLDER_CSS + (config.app['style'] === 'v2' ? v2Css : ''))
  styles.addApp(config.sheets)

  const app = new AppService(exceptions)
  const appName = String(config.windowOf('')['navigationBarTitleText'] || '小程序')
  const dialogs = new Dialogs(appName, (on) => bridge.tell('chrome', { shade: on }))
  const gaps = new Gaps((name) => bridge.tell('gap', { name }))
  const signals = new Signals(exceptions)
  const raise = (name: string, event: Dict): number => signals.raise(name, event)
  const customTabBar = (route: string): string | undefined => {
    if (!config.hasCustomTabBar || !config.isTab(route)) return undefined
    loader.ensure(CUSTOM_TAB_BAR)
    return CUSTOM_TAB_BAR
  }
  const pages: Pages = new Pages(engine, styles, exceptions, () => wx.object, {
    raise,
    customTabBar,
    sourceErrors: (route) => sourceErrors.of(route, components),
  })
  const appFiles = new Files(files)
  const deviceState = new DeviceState(options.deviceState)
  const host = new PageHost({
    bridge,
    chrome: () => chrome,
    dialogs,
    exceptions,
    files: appFiles,
    gaps,
    demandPrivacy: (api) => context.privacy.demand(api),
    pages,
    deviceState,
    wx: () => wx.object,
  })
  registerBuiltins(engine, host)
  engine.backend.onCreate = (tag) => {
    if (GAP_TAGS.has(tag)) gaps.note(`<${tag}>`)
  }
  for (const info of components.values()) engine.declare(info, styles.declare(info))
  const definitions: Definitions = new Definitions(engine, styles, {
    warn(path, words, message) {
      const script = (path === undefined ? undefined : config.scriptOf(path)) ?? 'app.js'
      if (!isVendor(script)) diagnostics.warnOfWords(script, files[script] ?? '', words, message)
    },
    load: (path) => loader.ensure(path),
  })

  const global = createGlobalObject(window)
  const environment: Dict = { global, globalThis: global, console: createConsole(bridge, window.console) }
  const modules = new ModuleLoader(
    files,
    environment,
    {
      exceptions,
      onWarning: (path, line, message) => diagnostics.warn(path, line, message),
    },
    config.resolveAlias,
  )
  const loader: ComponentLoader = new ComponentLoader(
    config,
    components,
    modules,
    definitions,
    engine,
    styles,
    exceptions,
    diagnostics,
    note,
  )
  const theme = new Theme(config.themes, () =>
    config.app['darkmode'] === true ? deviceState.fact('theme') : 'light',
  )
  const chrome = new Chrome(config, pages, bridge, theme)
  deviceState.on('theme', () => pages.top && chrome.update(pages.top))
  const router = new Router(config, pages, loader, {
    raise,
    exceptions,
    arrange: (shown) => chrome.arrange(shown),
    leaving: () => dialogs.leaving(),
    async mayLeave(question) {
      const dialog = dialogs.modal({ content: question }, 'enableAlertBeforeUnload')
      const read = ({ confirm }: Dict): ModalResult => ({
        confirm: confirm === true,
        cancel: confirm !== true,
      })
      return (await drawnOrAnswered({ bridge }, 'enableAlertBeforeUnload', {}, dialog, read)).confirm
    },
  })
  const permissions = new Permissions(bridge, dialogs, options.granted)
  const measures = new Measures(pages, router)
  const context: WxContext = {
    app,
    bridge,
    chrome,
    config,
    dialogs,
    exceptions,
    assetUrl: (src) => host.assetUrl(src),
    files: appFiles,
    gaps,
    measures,
    options,
    pages,
    permissions,
    privacy: new Privacy({ bridge, config, dialogs, exceptions }),
    router,
    signals,
    deviceState,
    wx: () => wx.object,
  }
  const wx = createWx(context)
  extendCallers({ exceptions, gaps, measures, pages }, () => wx.object)

  const defining = (name: string, define: (definition: Dict) => unknown): typeof define =>
    exceptions.watched(define, (args) => wrongArguments(name, [{ type: 'Object' }], args))
  const names: Dict = {
    wx: wx.object,
    App: (definition: unknown) => app.register(definition),
    Page: defining('Page', (definition) => definitions.page(definition)),
    Component: defining('Component', (definition) => definitions.component(definition)),
    Behavior: defining('Behavior', (definition) => definitions.behavior(definition)),
    getApp: (options?: unknown) => app.get(options),
    getCurrentPages: () => pages.stack.map(({ instance }) => instance),
    __wxConfig: {
      ...config.app,
      pages: config.pages,
      envVersion: 'develop',
      accountInfo: {
        appId: options.appId,
        nickname: String(config.windowOf('')['navigationBarTitleText'] ?? ''),
      },
    },
    requirePlugin: (name: string) => {
      gaps.note('requirePlugin')
      throw new NotSimulated(`plugin "${name}" is not simulated`)
    },
  }
  Object.assign(environment, names)
  Object.assign(global, names, { console: environment['console'] })
  new Scrolling(config, pages, exceptions).listen(window)
  new PullDown(config, pages, exceptions, (refreshing) => dialogs.refreshing(refreshing)).listen(document)
  at = measure('prepare', at)

  const target = routeTarget(`/${options.launchPath?.replace(/^\//, '') ?? config.entryPage}`, '', '')
  Object.assign(target.query, options.launchQuery)
  runAppScript(config, modules, exceptions)
  app.launch({
    path: target.route,
    query: target.query,
    scene: options.scene,
    referrerInfo: {},
    apiCategory: 'default',
  })
  at = measure('app', at)
  const page = await openFirst({ app, config, pages, router, signals }, target)
  measure('firstPage', at)
  timing['total'] = Math.round(performance.now() - started)

  const elements = new ElementRegistry(pages)
  const mocks = new WxMocks(wx.object, modules, exceptions)
  const automation = new Automation({
    app,
    bridge,
    config,
    dialogs,
    elements,
    engine,
    exceptions,
    global,
    measures,
    mocks,
    modules,
    options,
    pages,
    permissions,
    router,
    signals,
    supports: (name) => wx.supports(name),
    deviceState,
    wx: wx.object,
  })
  return {
    automation,
    report: {
      route: page.route,
      pageId: page.id,
      templates: compiled,
      diagnostics: diagnostics.handOver(),
      timing,
    },
  }
}

/** An error whose own stack does not name the file, nor the line in it. */
function inFile(error: unknown, place: string | undefined): unknown {
  if (place !== undefined && error instanceof Error) error.message = `${place}: ${error.message}`
  return error
}
