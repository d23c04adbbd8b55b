// The App object of a mini-program: registration, launch, showing and hiding.

import type { Dict } from '../types'
import type { Exceptions } from './exceptions'

interface LaunchOptions extends Dict {
  path: string
  query: Dict<string>
  scene: number
}

type AppListener = (options: Dict) => void

export class AppService {
  readonly onShow = new Set<AppListener>()
  readonly onHide = new Set<AppListener>()
  private app: Dict | undefined
  private early: Dict | undefined
  private launchOptions: LaunchOptions = { path: '', query: {}, scene: 1001 }
  private enterOptions = this.launchOptions
  private shown = false

  constructor(private readonly exceptions: Exceptions) {
    exceptions.onError.add((message) => this.instance && exceptions.call(this.instance, 'onError', message))
    exceptions.onUnhandledRejection.add((event) => {
      if (this.app) exceptions.call(this.app, 'onUnhandledRejection', event)
    })
  }

  /** What `getApp()` returns. */
  get instance(): Dict | undefined {
    return this.app
  }

  get launched(): LaunchOptions {
    return this.launchOptions
  }

  /** How the app was last brought to the foreground. */
  get entered(): LaunchOptions {
    return this.enterOptions
  }

  get inForeground(): boolean {
    return this.shown
  }

  /** `getApp(options)`: with `allowDefault` there is an object before `App()`, which then takes it over. */
  get(options: unknown): Dict | undefined {
    const allowed = (options as { allowDefault?: unknown } | undefined)?.allowDefault === true
    if (!this.app && allowed) this.early ??= {}
    return this.app ?? (allowed ? this.early : undefined)
  }

  /** `App(definition)`: the first call counts. */
  register(definition: unknown): void {
    this.app ??= Object.assign(this.early ?? {}, definition ?? {}) as Dict
  }

  launch(options: LaunchOptions): void {
    this.launchOptions = options
    this.register({})
    if (this.app) this.exceptions.call(this.app, 'onLaunch', options)
    this.show(options)
  }

  show(options: LaunchOptions): void {
    this.shown = true
    this.enterOptions = options
    if (this.app) this.exceptions.call(this.app, 'onShow', options)
    for (const listener of this.onShow) this.exceptions.guard(listener, options)
  }

  hide(): void {
    this.shown = false
    if (this.app) this.exceptions.call(this.app, 'onHide', {})
    for (const listener of this.onHide) this.exceptions.guard(listener, {})
  }

  pageNotFound(path: string, query: Dict, isEntryPage: boolean): void {
    if (this.app) this.exceptions.call(this.app, 'onPageNotFound', { path, query, isEntryPage })
  }
}
