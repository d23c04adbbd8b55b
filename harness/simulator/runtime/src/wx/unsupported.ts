// Published names this simulator does not have: they exist, fail as such, and are counted.

import type { Exceptions } from '../app/exceptions'
import { NotSimulated } from '../errors'
import type { Dict } from '../types'
import { callBack, hasCallbacks, isRecord, NOT_SUPPORTED, publish, type Gaps } from './calls'
import { PLATFORM } from './platform'

const LISTENER = /^(on|off)[A-Z]/

const CLOUD = ['callFunction', 'callContainer', 'uploadFile', 'downloadFile', 'getTempFileURL', 'deleteFile']

class Unsupported {
  constructor(
    private readonly gaps: Gaps,
    private readonly exceptions: Exceptions,
  ) {}

  call(name: string, shown = name): (options?: unknown) => unknown {
    return publish(
      name,
      () => {
        this.gaps.note(shown)
        throw new NotSimulated(NOT_SUPPORTED)
      },
      this.exceptions,
    )
  }

  /** What a `createX` or `getX` returns: its methods do nothing and fail where they can say so. */
  maker(name: string, methods: readonly string[]): () => Dict {
    return () => {
      this.gaps.note(name)
      const made = methods.map((method) => [
        method,
        (given: unknown) => this.method(`${name}.${method}`, given),
      ])
      return Object.fromEntries(made) as Dict
    }
  }

  immediate(name: string): () => unknown {
    return (): unknown => {
      this.gaps.note(name)
      if (LISTENER.test(name)) return undefined
      throw new NotSimulated(`${name}:fail ${NOT_SUPPORTED}`)
    }
  }

  private method(shown: string, given: unknown): void {
    const name = shown.split('.')[1] ?? shown
    if (LISTENER.test(name)) return
    this.gaps.note(shown)
    if (isRecord(given) && hasCallbacks(given)) {
      callBack(this.exceptions, given, false, { errMsg: `${name}:fail ${NOT_SUPPORTED}` })
    }
  }
}

export function unsupportedApis(gaps: Gaps, exceptions: Exceptions): Dict {
  const unsupported = new Unsupported(gaps, exceptions)
  const apis: Dict = {}
  for (const [name, { kind, makes }] of Object.entries(PLATFORM)) {
    if (kind === 'call') apis[name] = unsupported.call(name)
    else if (makes) apis[name] = unsupported.maker(name, makes)
    else if (kind === 'function') apis[name] = unsupported.immediate(name)
  }
  apis['cloud'] = {
    init: () => undefined,
    ...Object.fromEntries(CLOUD.map((name) => [name, unsupported.call(name, `cloud.${name}`)])),
    database: unsupported.immediate('cloud.database'),
  }
  apis['worklet'] = {}
  return apis
}
