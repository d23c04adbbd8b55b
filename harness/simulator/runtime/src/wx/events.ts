// Listener APIs (`wx.onX` / `wx.offX`). Those of the app and of errors fire; those of a device that never
// changes in this simulator accept listeners and stay silent.

import type { Dict } from '../types'
import type { Family } from './calls'

type Listener = (...args: unknown[]) => void

interface ListenerSet {
  add(listener: Listener): unknown
  delete(listener: Listener): boolean
  clear(): void
}

const SILENT = [
  'PageNotFound',
  'ThemeChange',
  'NetworkStatusChange',
  'NetworkWeakChange',
  'MemoryWarning',
  'WindowResize',
  'KeyboardHeightChange',
  'UserCaptureScreen',
  'CopyUrl',
  'AudioInterruptionBegin',
  'AudioInterruptionEnd',
  'LazyLoadError',
  'BeforeUnload',
  'BeforeAppRoute',
  'BeforePageLoad',
  'BeforePageUnload',
  'AfterPageLoad',
  'AfterPageUnload',
  'DeviceMotionChange',
  'CompassChange',
  'AccelerometerChange',
  'GyroscopeChange',
  'BatteryInfoChange',
  'ScreenRecordingStateChanged',
]

export const events: Family = ({ app, exceptions, router }) => {
  const sources: Dict<ListenerSet> = {
    AppShow: app.onShow as ListenerSet,
    AppHide: app.onHide as ListenerSet,
    Error: exceptions.onError as ListenerSet,
    UnhandledRejection: exceptions.onUnhandledRejection as ListenerSet,
    AppRoute: router.onRoute as ListenerSet,
    AppRouteDone: router.onRouteDone as ListenerSet,
  }
  const values: Dict = {}
  for (const name of SILENT) sources[name] = new Set<Listener>()
  for (const [name, listeners] of Object.entries(sources)) {
    const own = new Set<Listener>()
    values[`on${name}`] = (listener: Listener): void => {
      own.add(listener)
      listeners.add(listener)
    }
    values[`off${name}`] = (listener?: Listener): void => {
      for (const each of listener ? [listener] : [...own]) {
        own.delete(each)
        listeners.delete(each)
      }
    }
  }
  return { values }
}
