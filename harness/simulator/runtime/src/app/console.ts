// The console of app code: every line is told to the host, and printed in the browser.

import type { Bridge } from '../bridge'
import { toWire } from '../wire'
import type { Dict } from '../types'

const REPORTED = ['log', 'info', 'warn', 'error', 'debug'] as const

export function createConsole(bridge: Bridge, real: Console): Dict {
  const made: Dict = {}
  for (const name of Object.keys(real)) {
    const method: unknown = Reflect.get(real, name)
    if (typeof method === 'function') made[name] = method.bind(real) as unknown
  }
  for (const type of REPORTED) {
    const print = made[type] as (...args: unknown[]) => void
    made[type] = (...args: unknown[]) => {
      bridge.event('App.logAdded', { type, args: args.map((arg) => toWire(arg) ?? null) })
      print(...args)
    }
  }
  return made
}
