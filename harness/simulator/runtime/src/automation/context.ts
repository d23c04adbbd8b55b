// What the handlers of the automation protocol work on.

import type { AppService } from '../app/app-service'
import type { Exceptions } from '../app/exceptions'
import type { Measures } from '../app/measures'
import type { Pages } from '../app/pages'
import type { Router } from '../app/router'
import type { Bridge } from '../bridge'
import type { AppConfig } from '../config'
import type { Engine } from '../engine/space'
import type { ModuleLoader } from '../modules'
import type { BootOptions, Dict } from '../types'
import type { Dialogs } from '../ui/dialogs'
import type { Permissions } from '../wx/permissions'
import type { Signals } from '../wx/signals'
import type { DeviceState } from '../wx/device-state'
import type { ElementRegistry } from './elements'
import type { WxMocks } from './mocks'

export interface AutomationContext {
  readonly app: AppService
  readonly bridge: Bridge
  readonly config: AppConfig
  readonly dialogs: Dialogs
  readonly elements: ElementRegistry
  readonly engine: Engine
  readonly exceptions: Exceptions
  readonly global: Dict
  readonly measures: Measures
  readonly mocks: WxMocks
  readonly modules: ModuleLoader
  readonly options: BootOptions
  readonly pages: Pages
  readonly permissions: Permissions
  readonly router: Router
  readonly signals: Signals
  /** Whether an API of `wx` works here, and does not only fail. */
  readonly supports: (name: string) => boolean
  readonly deviceState: DeviceState
  readonly wx: Dict
}

/** Answers one method; the object it returns is the protocol's `result`. */
export type Handler = (params: Dict) => Dict | Promise<Dict>
export type Handlers = Record<string, Handler>
