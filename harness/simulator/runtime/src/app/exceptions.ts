// Exceptions, told to the host once each and never silently: of app code to App.onError and wx.onError, too;
// of this runtime to the host alone, as what they are.

import type { Bridge } from '../bridge'
import { AppError, describeError, NotSimulated, SourceError } from '../errors'
import { faultOf, noteCause, sourceOf } from '../fault'
import { inOwnColumns } from '../stack'
import { isLocating } from '../syntax'

type ErrorListener = (message: string) => void
type RejectionListener = (event: { reason: unknown; promise: unknown }) => void

const FAULTS_A_SECOND = 20
/** Characters of a message or a stack. */
const MAX_WORDS = 100_000

interface Surroundings {
  /** The page in front, for who reads of a fault. */
  page?: () => string
  /** Whether a place in the compiled templates is of a built-in component. */
  isBuiltin?: (line: number, column: number) => boolean
}

export class Exceptions {
  readonly onError = new Set<ErrorListener>()
  readonly onUnhandledRejection = new Set<RejectionListener>()
  private readonly told = new WeakSet<object>()
  private notifying = false
  private second = 0
  private lately = 0

  constructor(
    private readonly bridge: Bridge,
    readonly around: Surroundings = {},
  ) {}

  /** Exceptions nobody caught: timers, promises, script of the page itself. */
  listen(target: Window): void {
    target.addEventListener('error', (event) => {
      // The browser's own notices carry no error, nor does `throw null`: the words tell them apart.
      if (!event.message.startsWith('ResizeObserver loop') && !isLocating())
        this.report(event.error ?? event.message)
    })
    target.addEventListener('unhandledrejection', (event) => {
      this.rejection(event.reason, event.promise)
    })
  }

  report(thrown: unknown): void {
    if (this.isFault(thrown)) {
      this.tellFault(thrown)
      return
    }
    const { message, stack } = describeError(thrown)
    this.bridge.event('App.exceptionThrown', {
      message: message.slice(0, MAX_WORDS),
      stack: inOwnColumns(stack.slice(0, MAX_WORDS)),
    })
    // What is wrong with a file is told whoever tests the app; in WeChat no code of the app hears of it.
    if (thrown instanceof SourceError) return
    this.notify(() => {
      for (const listener of this.onError) this.callApp(listener, undefined, [stack || message])
    })
  }

  /**
   * Calls a function of the app. What is thrown right above it in a stack is the app's: the function may be
   * one of the language's own, which has no place (see CALL_OF_APP in fault.ts).
   */
  callApp(run: unknown, self: unknown, args: readonly unknown[]): unknown {
    if (typeof run !== 'function') throw new AppError(`${String(run)} is not a function`)
    return Reflect.apply(run, self, args) as unknown
  }

  /** Calls a function of the app; what it throws is reported and swallowed. */
  guard<A extends unknown[], T>(run: (...args: A) => T, ...args: A): T | undefined {
    try {
      return this.callApp(run, undefined, args) as T
    } catch (error) {
      this.report(error)
      return undefined
    }
  }

  /** Calls an optional method of an app object. */
  call(target: object, name: string, ...args: unknown[]): unknown {
    try {
      const method: unknown = Reflect.get(target, name)
      return typeof method === 'function' ? this.callApp(method, target, args) : undefined
    } catch (error) {
      this.report(error)
      return undefined
    }
  }

  /** An API has failed, and `told` goes to the app: a fault of this runtime must not look like a refusal. */
  apiFailed(error: unknown, told: object): void {
    if (!this.isFault(error)) return
    noteCause(told, error)
    if (!(error instanceof NotSimulated)) this.tellFault(error)
  }

  /**
   * A function the app calls. A fault in it is told at once, for the app may swallow it; unless `wrong` says
   * what is wrong with the arguments, which is the app's.
   */
  watched<F extends (...args: never[]) => unknown>(
    run: F,
    wrong: (args: unknown[]) => string | undefined,
  ): F {
    const { refuse } = this
    return function (this: unknown, ...args: unknown[]) {
      try {
        return Reflect.apply(run, this, args) as unknown
      } catch (error) {
        return refuse(error, () => wrong(args))
      }
    } as unknown as F
  }

  private readonly refuse = (error: unknown, wrong: () => string | undefined): never => {
    if (!this.isFault(error) || error instanceof NotSimulated) throw error
    const refusal = wrong()
    if (refusal !== undefined) throw new AppError(refusal)
    this.tellFault(error)
    throw error
  }

  private isFault(thrown: unknown): boolean {
    return faultOf(thrown, this.around.isBuiltin) === 'simulator'
  }

  private tellFault(thrown: unknown): void {
    // It is told where it leaves this runtime, and may come by again with nobody who caught it.
    const source = sourceOf(thrown) as Error
    if (this.told.has(source)) return
    this.told.add(source)
    if (this.many()) return
    const { message } = describeError(thrown)
    const stack = inOwnColumns(source.stack ?? '')
    this.bridge.tell('fault', { message, stack, page: this.around.page?.() ?? '' })
  }

  /** One that comes with every frame must not drown what else the page tells. */
  private many(): boolean {
    const second = Math.floor(performance.now() / 1000)
    this.lately = second === this.second ? this.lately + 1 : 1
    this.second = second
    return this.lately > FAULTS_A_SECOND
  }

  private rejection(reason: unknown, promise: unknown): void {
    if (this.isFault(reason)) {
      this.tellFault(reason)
      return
    }
    const { message, stack } = describeError(reason)
    const text = `Unhandled promise rejection: ${message}`
    this.bridge.event('App.exceptionThrown', { message: text, stack: inOwnColumns(stack || text) })
    this.notify(() => {
      const event = { reason, promise }
      for (const listener of this.onUnhandledRejection) this.callApp(listener, undefined, [event])
    })
  }

  /** An error inside an error listener is reported to the host only. */
  private notify(run: () => void): void {
    if (this.notifying) return
    this.notifying = true
    try {
      run()
    } catch (error) {
      this.report(error)
    } finally {
      this.notifying = false
    }
  }
}
