// The WeChat client around the app: updates, starting anew, leaving, reports nobody reads, idle time.

import type { Bridge } from '../bridge'
import type { Dict } from '../types'
import { routeTarget } from '../app/stack-rules'
import { ApiFailure, effect, isRecord, type ApiCall, type Family, type WxContext } from './calls'
import type { Listener } from './signals'

const LOG_METHODS = [
  'log',
  'info',
  'warn',
  'debug',
  'error',
  'setFilterMsg',
  'addFilterMsg',
  'getCurrentState',
]
const QUIET = ['reportEvent', 'reportAnalytics', 'reportMonitor', 'reportPerformance'] as const
/** Whether or not they work makes no difference an app could see here. */
const WITHOUT_EFFECT = [
  'preDownloadSubpackage',
  'preloadAssets',
  'preloadSkylineView',
  'preloadWebview',
  'setEnableDebug',
  'setTopBarText',
  'setBackgroundFetchToken',
]

type State = 'none' | 'ready' | 'failed'

/** wx.getUpdateManager: one per app, told by the state of the device whether a new version is there. */
function updateManager({ bridge, exceptions, deviceState }: WxContext): () => Dict {
  const checked = new Set<Listener>()
  const ready = new Set<Listener>()
  const failed = new Set<Listener>()
  const hear = (listeners: Set<Listener>, ...args: unknown[]): void => {
    for (const listener of listeners) exceptions.guard(listener, ...args)
  }
  const announce = (state: State): void => {
    hear(checked, { hasUpdate: state !== 'none' })
    if (state === 'ready') hear(ready)
    if (state === 'failed') hear(failed)
  }
  deviceState.on('update', (state) => announce(state as State))
  let started = false
  const manager = {
    onCheckForUpdate: (listener: Listener) => void checked.add(listener),
    onUpdateReady: (listener: Listener) => void ready.add(listener),
    onUpdateFailed: (listener: Listener) => void failed.add(listener),
    applyUpdate: () => {
      if (deviceState.fact<State>('update') === 'ready') startAnew(bridge, { update: true })
    },
  }
  return () => {
    // The client checks on a cold start, after the app has had the time to listen.
    if (!started) setTimeout(() => announce(deviceState.fact<State>('update')))
    started = true
    return manager
  }
}

/** In a turn of its own: a client whose call asked for it is answered before the app service goes. */
function startAnew(bridge: Bridge, how: Dict): void {
  setTimeout(() => bridge.tell('wish', { wish: 'restart', ...how }))
}

function leaving({ bridge, config }: WxContext): Dict<ApiCall> {
  return {
    exitMiniProgram() {
      bridge.tell('wish', { wish: 'leave' })
      return undefined
    },
    restartMiniProgram({ path }) {
      const { route, query } = routeTarget(String(path), '')
      if (!config.isPage(route)) throw new ApiFailure(`page "${route}" is not found`)
      startAnew(bridge, { path: route, query })
      return undefined
    },
  }
}

/** wx.loadFontFace: the font comes through the phone's network like any other file. */
async function loadFontFace({ family, source, desc }: Dict): Promise<Dict> {
  const face = new FontFace(String(family), String(source), (desc ?? {}) as FontFaceDescriptors)
  try {
    document.fonts.add(await face.load())
  } catch {
    throw new ApiFailure('A network error occurred.', { status: 'error' })
  }
  return { status: 'loaded' }
}

export const client: Family = (context) => {
  const { exceptions, files } = context
  const quiet = (names: readonly string[]): Dict =>
    Object.fromEntries(names.map((name) => [name, () => undefined]))
  const nothing = Object.fromEntries(WITHOUT_EFFECT.map((name) => [name, () => undefined]))
  /** `ext` of ext.json, by which a third party sets up the app for its customer. */
  const extConfig = (): Dict => {
    if (!files.exists('ext.json')) return {}
    const said: unknown = JSON.parse(new TextDecoder().decode(files.read('ext.json')))
    return isRecord(said) && said['extEnable'] === true && isRecord(said['ext']) ? said['ext'] : {}
  }
  return {
    values: {
      getUpdateManager: updateManager(context),
      getLogManager: () => quiet(LOG_METHODS),
      getRealtimeLogManager: () => ({ ...quiet(LOG_METHODS), tag: () => quiet(LOG_METHODS) }),
      ...quiet(QUIET),
      getExtConfigSync: extConfig,
      getExptInfoSync: () => ({}),
      getApiCategory: () => 'default',
      requestIdleCallback: (run: Listener, { timeout }: { timeout?: number } = {}) =>
        requestIdleCallback((deadline) => exceptions.guard(run, deadline), {
          ...(timeout !== undefined && { timeout }),
        }),
      cancelIdleCallback: (handle: number) => {
        cancelIdleCallback(handle)
      },
      createBufferURL: (buffer: ArrayBuffer) => URL.createObjectURL(new Blob([buffer])),
      revokeBufferURL: (url: string) => {
        URL.revokeObjectURL(url)
      },
    },
    calls: {
      getExtConfig: () => ({ extConfig: extConfig() }),
      checkIsAddedToMyMiniProgram: () => ({ added: false }),
      updateWeChatApp: () => effect(context, 'updateWeChatApp', {}),
      loadFontFace,
      ...nothing,
      ...leaving(context),
    },
  }
}
