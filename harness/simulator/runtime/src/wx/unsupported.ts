// Published names this simulator does not have: they exist, answer in their documented shape, fail as such,
// and are counted.

import type { Exceptions } from '../app/exceptions'
import { NotSimulated } from '../errors'
import type { Dict } from '../types'
import { callBack, failureResult, hasCallbacks, isRecord, NOT_SUPPORTED, publish, type Gaps } from './calls'
import { OBJECTS, PLATFORM } from './platform'

const LISTENER = /^(on|off)([A-Z]|$)/

const ZERO: Dict<() => unknown> = {
  String: () => '',
  Number: () => 0,
  Boolean: () => false,
  Array: () => [],
  Object: () => ({}),
}

class Unsupported {
  constructor(
    private readonly gaps: Gaps,
    private readonly exceptions: Exceptions,
  ) {}

  call(name: string): (options?: unknown) => unknown {
    return publish(
      name,
      () => {
        this.gaps.note(name)
        throw new NotSimulated(NOT_SUPPORTED)
      },
      this.exceptions,
    )
  }

  immediate(name: string, answer: PlatformAnswer): () => unknown {
    return (): unknown => {
      this.gaps.note(name)
      if (answer.makes !== undefined) return this.object(answer.makes, name)
      // What an app would read members of that are not there.
      if (answer.returns === 'Object') throw new NotSimulated(`${name}:fail ${NOT_SUPPORTED}`)
      return this.zero(answer)
    }
  }

  /** An object of a published type. `shown` is how the app came to it, for who reads what was used. */
  object(type: string, shown: string): Dict {
    const { methods = {}, fields = {} } = OBJECTS[type] ?? {}
    const made: Dict = {}
    for (const [name, answer] of Object.entries(methods)) made[name] = this.method(type, shown, name, answer)
    for (const [name, answer] of Object.entries(fields)) this.field(made, shown, name, answer)
    return made
  }

  /** A function that `new` takes, too: some of them are constructors. */
  private method(type: string, shown: string, name: string, answer: PlatformAnswer): () => unknown {
    const { gaps, exceptions } = this
    const made = (label: string): Dict | undefined =>
      answer.makes === undefined ? undefined : this.object(answer.makes, label)
    const zero = (): unknown => this.zero(answer)
    return function (given?: unknown): unknown {
      if (LISTENER.test(name)) return undefined
      gaps.note(`${shown}.${name}`)
      // What returns its own kind, to be asked on and on, does not get longer with each.
      const label = answer.makes === type ? shown : `${shown}.${name}`
      const failed = (): Dict => failureResult(exceptions, name, new NotSimulated(NOT_SUPPORTED))
      if (isRecord(given) && hasCallbacks(given)) {
        callBack(exceptions, given, false, failed())
        return made(label)
      }
      // As everywhere in WeChat, what a Promise is rejected with is a plain object.
      if (answer.promise) return Promise.reject(failed())
      return made(label) ?? zero()
    } as () => unknown
  }

  /** Objects in objects are made when they are asked for: types may contain each other. */
  private field(made: Dict, shown: string, name: string, answer: PlatformAnswer): void {
    const { makes } = answer
    if (makes === undefined) {
      made[name] = this.zero(answer)
      return
    }
    const set = (value: unknown): unknown => {
      Object.defineProperty(made, name, { value, writable: true, enumerable: true, configurable: true })
      return value
    }
    Object.defineProperty(made, name, {
      get: () => set(this.object(makes, `${shown}.${name}`)),
      set,
      enumerable: true,
      configurable: true,
    })
  }

  private zero({ returns }: PlatformAnswer): unknown {
    return returns === undefined ? undefined : ZERO[returns]?.()
  }
}

export function unsupportedApis(gaps: Gaps, exceptions: Exceptions): Dict {
  const unsupported = new Unsupported(gaps, exceptions)
  const apis: Dict = {}
  for (const [name, api] of Object.entries(PLATFORM)) {
    if (api.kind === 'call') apis[name] = unsupported.call(name)
    else if (api.kind === 'function') apis[name] = unsupported.immediate(name, api)
    else if (api.makes !== undefined) apis[name] = unsupported.object(api.makes, name)
  }
  return apis
}
