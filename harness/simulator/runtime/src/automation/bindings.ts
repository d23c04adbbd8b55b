// App.addBinding: a global function that reports its calls to the driver.

import type { Bridge } from '../bridge'
import { list } from './values'
import { toWire } from '../wire'
import type { Dict } from '../types'

/** Puts a function on `global` and on the realm, so that the bare name resolves everywhere. */
export function addBinding(name: string, global: Dict, bridge: Bridge): void {
  const call = (...args: unknown[]): void => {
    bridge.event('App.bindingCalled', { name, args: list(toWire(args)) })
  }
  for (const target of [global, globalThis]) {
    Object.defineProperty(target, name, { value: call, configurable: true, writable: true, enumerable: true })
  }
}
