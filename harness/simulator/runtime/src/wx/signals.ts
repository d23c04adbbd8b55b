// Events of the phone that `wx.onX` listens to: raised by a test, or by a change of the device state.

import type { Exceptions } from '../app/exceptions'

export type Listener = (...args: unknown[]) => void

/** Events a phone raises by itself. The names are those of the published API, without `on`. */
export const SIGNALS: readonly string[] = [
  'AccelerometerChange',
  'AfterPageLoad',
  'AfterPageUnload',
  'ApiCategoryChange',
  'AudioInterruptionBegin',
  'AudioInterruptionEnd',
  'BatteryInfoChange',
  'BeforeAppRoute',
  'BeforePageLoad',
  'BeforePageUnload',
  'CompassChange',
  'CopyUrl',
  'DeviceMotionChange',
  'GyroscopeChange',
  'KeyboardHeightChange',
  'LazyLoadError',
  'LocationChange',
  'LocationChangeError',
  'MemoryWarning',
  'MenuButtonBoundingClientRectWeightChange',
  'NetworkStatusChange',
  'NetworkWeakChange',
  'PageNotFound',
  'ParallelStateChange',
  'ScreenRecordingStateChanged',
  'ThemeChange',
  'UserCaptureScreen',
  'WindowResize',
  'WindowStateChange',
]

export class Signals {
  private readonly listeners = new Map<string, Set<Listener>>()
  /** Events that only reach listeners while the app has asked for them. */
  private readonly asleep = new Set<string>()

  constructor(private readonly exceptions: Exceptions) {}

  of(name: string): Set<Listener> {
    const known = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, known)
    return known
  }

  wake(name: string, awake: boolean): void {
    if (awake) this.asleep.delete(name)
    else this.asleep.add(name)
  }

  /** How many listeners heard it. */
  raise(name: string, ...detail: unknown[]): number {
    if (this.asleep.has(name)) return 0
    const hearing = [...this.of(name)]
    for (const listener of hearing) this.exceptions.guard(listener, ...detail)
    return hearing.length
  }
}
