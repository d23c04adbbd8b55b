// Whose fault an exception is, the app's or this simulator's: decided here and nowhere else.
//
// It is whose code threw: the first frame of the stack that is not the language's own. Code of this runtime
// that throws is at fault whoever called it, even if the app did so rightly; unless it refused what the app
// asked for, which it says by an error of a class of its own (AppError), as a phone would refuse it. A value
// that is no error, and an error without a place, are the app's: this runtime throws neither.

import { AppError, NotSimulated } from './errors'
import { isFrameworkRefusal } from './engine/refusals'

export type Fault = 'app' | 'simulator'

/** The name of the method by which this runtime calls functions of the app; the build leaves it as it is. */
export const CALL_OF_APP = 'callApp'

const RUNTIME = /__host\/host\.js/
const FRAME = /^\s+at (?:async )?(?:(?<name>.*?) \()?(?<place>[^\s(].*?)\)?$/
/** Places of the language and of whoever drives the page. */
const NO_PLACE = /^(native|<anonymous>|index \d+|<anonymous>:\d+:\d+|pptr:.*|:\d+:\d+)$/
/** Code made from text: where it was made, and the place in it. */
const MADE = /^eval at .*, <anonymous>:(?<line>\d+):(?<column>\d+)$/
const ENDLESS = /^Maximum call stack size exceeded/

/** Whether a place in the compiled templates is of a built-in component. */
type IsBuiltin = (line: number, column: number) => boolean

/** What APIs told the app of a failure that was not the app's, by what they told. */
const causes = new WeakMap<object, Error>()

/** What the browser refused of the app. */
const refused = new WeakSet<Error>()

/** Remembers why an API failed: an app that does not handle its failure throws what it was told. */
export function noteCause(told: object, cause: unknown): void {
  if (cause instanceof Error) causes.set(told, cause)
}

/** The error behind what an app threw or was told. */
export function sourceOf(thrown: unknown): unknown {
  const told = typeof thrown === 'object' && thrown !== null ? causes.get(thrown) : undefined
  const cause = told ?? (thrown instanceof Error ? thrown.cause : undefined)
  return cause instanceof Error && cause !== thrown ? sourceOf(cause) : thrown
}

export function faultOf(wrapped: unknown, isBuiltin: IsBuiltin = () => false): Fault {
  const thrown = sourceOf(wrapped)
  if (!(thrown instanceof Error)) return 'app'
  if (thrown instanceof NotSimulated) return 'simulator'
  if (thrown instanceof AppError || refused.has(thrown) || isFrameworkRefusal(thrown)) return 'app'
  const throwers = (thrown.stack ?? '').split('\n').map((line) => thrower(line, isBuiltin))
  // Where calls never end, any of those in the circle may be the last: the app is in it, or not.
  if (thrown instanceof RangeError && ENDLESS.test(thrown.message) && throwers.includes('app')) return 'app'
  return throwers.find((each) => each !== undefined) ?? 'app'
}

/** Whose code a line of a stack names; undefined for the language's own, and for what is no frame. */
function thrower(line: string, isBuiltin: IsBuiltin): Fault | undefined {
  const { name = '', place } = FRAME.exec(line)?.groups ?? {}
  if (place === undefined || NO_PLACE.test(place)) return undefined
  const made = MADE.exec(place)?.groups
  if (made && !RUNTIME.test(place)) return 'app'
  if (made) return isBuiltin(Number(made['line']), Number(made['column'])) ? 'simulator' : 'app'
  if (!RUNTIME.test(place)) return 'app'
  // What the app gave to be called is the language's own, and threw: `success: JSON.parse`.
  return name.split(/[ .]/).includes(CALL_OF_APP) ? 'app' : 'simulator'
}

/**
 * Passes values of the app on to the browser: what the browser refuses of them is the app's, though the last
 * call is of this runtime.
 */
export function passOn<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof Error) refused.add(error)
    throw error
  }
}
