// The shape of wx APIs: options with callbacks or a Promise, `<api>:ok` and `<api>:fail <reason>`.

import type { AppConfig } from '../config'
import { AppError } from '../errors'
import type { AppService } from '../app/app-service'
import type { Chrome } from '../app/chrome'
import type { Exceptions } from '../app/exceptions'
import type { Measures } from '../app/measures'
import type { Pages } from '../app/pages'
import type { Router } from '../app/router'
import type { Bridge } from '../bridge'
import type { BootOptions, Dict } from '../types'
import type { Dialogs, OpenDialog } from '../ui/dialogs'
import type { Files } from './file-tree'
import type { Permissions } from './permissions'
import { wrongOptions } from './platform'
import type { Privacy } from './privacy'
import type { Signals } from './signals'
import type { DeviceState } from './device-state'

/** What the families of APIs work on. */
export interface WxContext {
  readonly bridge: Bridge
  readonly config: AppConfig
  readonly options: BootOptions
  readonly app: AppService
  readonly pages: Pages
  readonly router: Router
  readonly chrome: Chrome
  readonly dialogs: Dialogs
  readonly exceptions: Exceptions
  readonly gaps: Gaps
  readonly measures: Measures
  readonly files: Files
  readonly permissions: Permissions
  /** The address of a file or picture the app names; relative ones are of the page on top. */
  assetUrl(src: string): string
  readonly privacy: Privacy
  readonly signals: Signals
  readonly deviceState: DeviceState
  /** What apps use; a driver may have replaced any of it. */
  readonly wx: () => Dict
}

/** Why an API fails that this simulator does not have. */
export const NOT_SUPPORTED = 'not supported by the simulator'

type Outcome = object | undefined

/**
 * An API that succeeds with a result, or fails by throwing (ApiFailure for a reason with more fields).
 * Some take the component to look in.
 */
export type ApiCall = (options: Dict, component?: object) => Outcome | Promise<Outcome>

interface ApiFamily {
  /** APIs with callbacks or a Promise. */
  readonly calls?: Dict<ApiCall>
  /** Everything else, put on `wx` as it is. */
  readonly values?: Dict
}

export type Family = (context: WxContext) => ApiFamily

export class ApiFailure extends AppError {
  override readonly name = 'ApiFailure'

  constructor(
    reason: string,
    readonly fields: Dict = {},
  ) {
    super(reason)
  }
}

/** Counts what apps ask for and this simulator does not do. */
export class Gaps {
  private readonly counts = new Map<string, number>()

  /** `told` hears of each, so that they are known when the app has gone or hangs. */
  constructor(private readonly told: (name: string) => void = () => undefined) {}

  note(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
    this.told(name)
  }

  list(): Dict<number> {
    return Object.fromEntries(this.counts)
  }
}

export const isRecord = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Options without callbacks: what may leave the page. */
function plainOptions(options: Dict): Dict {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => typeof value !== 'function'))
}

/** What an API that failed tells the app, with the reason; a fault of this runtime is told the host, too. */
export function failureResult(exceptions: Exceptions, name: string, error: unknown): Dict {
  const reason =
    error instanceof Error ? error.message : String((error as Dict | undefined)?.['errMsg'] ?? error)
  const fields = error instanceof ApiFailure ? error.fields : {}
  const errMsg = reason.startsWith(`${name}:`) ? reason : `${name}:fail ${reason}`
  const result = { errMsg, ...fields }
  exceptions.apiFailed(error, result)
  return result
}

/** Hands a result to the callbacks of `options`; what a callback throws is the app's exception. */
export function callBack(exceptions: Exceptions, options: Dict, ok: boolean, result: Dict): void {
  exceptions.call(options, ok ? 'success' : 'fail', result)
  exceptions.call(options, 'complete', result)
}

export function hasCallbacks(options: Dict): boolean {
  return ['success', 'fail', 'complete'].some((name) => typeof options[name] === 'function')
}

/** An API as apps call it: undefined with callbacks, otherwise a Promise. */
export function publish(
  name: string,
  call: ApiCall,
  exceptions: Exceptions,
): (options?: unknown, component?: unknown) => unknown {
  return (given, component) => {
    const options = isRecord(given) ? given : {}
    const scope = isRecord(component) ? component : undefined
    const outcome = (async () => {
      const wrong = wrongOptions(name, options)
      if (wrong !== undefined) throw new ApiFailure(wrong)
      return { errMsg: `${name}:ok`, ...(await call(options, scope)) }
    })()
    if (!hasCallbacks(options)) {
      return outcome.catch((error: unknown) => Promise.reject(failureResult(exceptions, name, error)))
    }
    outcome.then(
      (result) => callBack(exceptions, options, true, result),
      (error: unknown) => callBack(exceptions, options, false, failureResult(exceptions, name, error)),
    )
    return undefined
  }
}

/** An API that answers at once and throws with its own name. */
export function atOnce<A extends unknown[]>(
  name: string,
  run: (...args: A) => unknown,
): (...args: A) => unknown {
  return (...args) => {
    try {
      return run(...args)
    } catch (error) {
      throw new AppError(`${name}:fail ${(error as Error).message}`, { cause: error })
    }
  }
}

/** The person's answer to an API, or null; an answer with `error` makes the API fail. */
export async function askPerson(
  context: Pick<WxContext, 'bridge'>,
  api: string,
  options: Dict,
): Promise<Dict | null> {
  const answer = await context.bridge.askPerson(api, plainOptions(options))
  if (typeof answer?.['error'] === 'string') throw new ApiFailure(answer['error'])
  return answer
}

/** Shows a dialog and asks the person; whoever answers first decides. */
export async function drawnOrAnswered<T>(
  context: Pick<WxContext, 'bridge'>,
  api: string,
  options: Dict,
  dialog: OpenDialog<T>,
  read: (answer: Dict) => T,
): Promise<T> {
  const refused = new Promise<never>((_resolve, reject) => {
    askPerson(context, api, options).then((answer) => {
      if (answer) dialog.answer(read(answer))
    }, reject)
  })
  try {
    return await Promise.race([dialog.result, refused])
  } catch (error) {
    // Nobody waits for the dialog any more; it only has to go.
    dialog.answer(undefined as never)
    throw error
  }
}

/** What the app did beyond its own screen, for the test to see. */
export function effect(context: Pick<WxContext, 'bridge'>, api: string, detail: Dict): undefined {
  context.bridge.tell('effect', { api, detail: plainOptions(detail) })
}

/** Lets the person choose from a sheet: the index they touched or an answer says; ApiFailure `cancel`. */
export async function choose(
  context: Pick<WxContext, 'bridge' | 'dialogs'>,
  api: string,
  options: Dict,
  items: readonly string[],
): Promise<number> {
  const read = (answer: Dict): number | null => {
    if (answer['confirm'] === false) return null
    return typeof answer['tapIndex'] === 'number' ? answer['tapIndex'] : 0
  }
  const index = await drawnOrAnswered(
    context,
    api,
    options,
    context.dialogs.sheet(items, api.split('.')[0]),
    read,
  )
  if (index === null) throw new ApiFailure('cancel')
  return index
}
