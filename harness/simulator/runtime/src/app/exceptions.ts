// Exceptions of app code: told to the host, to App.onError and to wx.onError, once each and never silently.

import type { Bridge } from '../bridge'
import { describeError } from '../errors'

type ErrorListener = (message: string) => void
type RejectionListener = (event: { reason: unknown; promise: unknown }) => void

export class Exceptions {
  readonly onError = new Set<ErrorListener>()
  readonly onUnhandledRejection = new Set<RejectionListener>()
  private notifying = false

  constructor(private readonly bridge: Bridge) {}

  /** Exceptions nobody caught: timers, promises, script of the page itself. */
  listen(target: Window): void {
    target.addEventListener('error', (event) => {
      // The browser's own notices carry no error, nor does `throw null`: the words tell them apart.
      if (!event.message.startsWith('ResizeObserver loop')) this.report(event.error ?? event.message)
    })
    target.addEventListener('unhandledrejection', (event) => {
      this.rejection(event.reason, event.promise)
    })
  }

  report(thrown: unknown): void {
    const { message, stack } = describeError(thrown)
    this.bridge.event('App.exceptionThrown', { message, stack })
    this.notify(() => {
      for (const listener of this.onError) listener(stack || message)
    })
  }

  /** Runs app code; what it throws is reported and swallowed. */
  guard<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (error) {
      this.report(error)
      return undefined
    }
  }

  /** Calls an optional method of an app object. */
  call(target: object, name: string, ...args: unknown[]): unknown {
    const method: unknown = Reflect.get(target, name)
    if (typeof method !== 'function') return undefined
    return this.guard(() => Reflect.apply(method, target, args) as unknown)
  }

  private rejection(reason: unknown, promise: unknown): void {
    const { message, stack } = describeError(reason)
    const text = `Unhandled promise rejection: ${message}`
    this.bridge.event('App.exceptionThrown', { message: text, stack: stack || text })
    this.notify(() => {
      for (const listener of this.onUnhandledRejection) listener({ reason, promise })
    })
  }

  /** An error inside an error listener is reported to the host only. */
  private notify(run: () => void): void {
    if (this.notifying) return
    this.notifying = true
    try {
      run()
    } catch (error) {
      const { message, stack } = describeError(error)
      this.bridge.event('App.exceptionThrown', { message, stack })
    } finally {
      this.notifying = false
    }
  }
}
