// App.mockWxMethod: a wx API answers with a result or a function until it is restored.

import { AutomationError } from '../errors'
import type { ModuleLoader } from '../modules'
import type { Dict } from '../types'
import { callBack, hasCallbacks, isRecord } from '../wx/calls'
import type { Exceptions } from '../app/exceptions'
import { PLATFORM } from '../wx/platform'
import { list } from './values'

type AnyApi = (...args: unknown[]) => unknown

/** APIs that answer at once instead of through callbacks or a Promise. */
export const answersAtOnce = (name: string): boolean => PLATFORM[name]?.kind === 'function'

export class WxMocks {
  private readonly originals = new Map<string, PropertyDescriptor>()

  constructor(
    private readonly wx: Dict,
    private readonly modules: ModuleLoader,
    private readonly exceptions: Exceptions,
  ) {}

  set(params: Dict): void {
    const name = String(params['method'])
    if (!(name in this.wx)) throw new AutomationError(`wx.${name} not exists`)
    if (typeof params['functionDeclaration'] === 'string') {
      this.replace(name, this.fromFunction(name, params['functionDeclaration'], list(params['args'])))
    } else if ('result' in params) {
      this.replace(name, this.fromResult(name, params['result']))
    } else {
      this.restore(name)
    }
  }

  private fromResult(name: string, result: unknown): AnyApi {
    if (answersAtOnce(name)) return () => result
    return (given) => this.answer(name, given, Promise.resolve(result))
  }

  private fromFunction(name: string, declaration: string, extra: unknown[]): AnyApi {
    const mock = this.modules.evaluateFunction(declaration)
    const origin = (this.originals.get(name)?.value ?? this.wx[name]) as AnyApi
    const call = (args: unknown[]): unknown =>
      mock.apply({ origin: origin.bind(this.wx) }, [...args, ...extra])
    if (answersAtOnce(name)) return (...args) => call(args)
    return (given) => this.answer(name, given, Promise.resolve(call([given])))
  }

  private answer(name: string, given: unknown, outcome: Promise<unknown>): unknown {
    const options = isRecord(given) ? given : {}
    const settled = outcome.then((value) =>
      isRecord(value) ? { errMsg: `${name}:ok`, ...value } : (value as Dict),
    )
    const failed = (result: unknown): boolean =>
      String((result as Dict | undefined)?.['errMsg']).includes(':fail')
    if (!hasCallbacks(options)) {
      return settled.then((result) => (failed(result) ? Promise.reject(result as unknown as Error) : result))
    }
    void settled.then((result) => callBack(this.exceptions, options, !failed(result), result))
    return undefined
  }

  private replace(name: string, value: AnyApi): void {
    const before = Object.getOwnPropertyDescriptor(this.wx, name)
    if (before && !this.originals.has(name)) this.originals.set(name, before)
    Object.defineProperty(this.wx, name, { value, configurable: true, writable: true, enumerable: true })
  }

  private restore(name: string): void {
    const original = this.originals.get(name)
    if (original) Object.defineProperty(this.wx, name, original)
    this.originals.delete(name)
  }
}
