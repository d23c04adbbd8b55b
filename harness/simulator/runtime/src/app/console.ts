// The console of app code: every line is told to the host, and printed in the browser.

import type { Bridge } from '../bridge'
import { inOwnColumns } from '../stack'
import { toWire } from '../wire'
import type { Dict } from '../types'

/** Lines a second that are told; each costs the host, and with it every other app, some time. */
const MAX_LINES = 1000
/** Characters of a line, as JSON, and what is shown of a longer one. */
const MAX_LINE = 1_000_000
const SHOWN = 20_000

const REPORTED = ['log', 'info', 'warn', 'error', 'debug'] as const

/** Lets so many lines a second pass, and says once a second how many it did not. */
class Rate {
  private second = 0
  private lines = 0

  constructor(private readonly bridge: Bridge) {}

  passes(): boolean {
    const now = Math.floor(performance.now() / 1000)
    if (now !== this.second) {
      this.second = now
      this.lines = 0
    }
    this.lines += 1
    if (this.lines === MAX_LINES + 1) {
      const message = `more than ${MAX_LINES} console lines in a second, the rest of that second is left out`
      this.bridge.tell('finding', { path: 'console', level: 'warning', message })
    }
    return this.lines <= MAX_LINES
  }
}

export function createConsole(bridge: Bridge, real: Console): Dict {
  const made: Dict = {}
  for (const name of Object.keys(real)) {
    const method: unknown = Reflect.get(real, name)
    if (typeof method === 'function') made[name] = method.bind(real) as unknown
  }
  const rate = new Rate(bridge)
  for (const type of REPORTED) {
    const print = made[type] as (...args: unknown[]) => void
    made[type] = (...args: unknown[]) => {
      if (!rate.passes()) return
      const line = args.map((arg) => (typeof arg === 'string' ? inOwnColumns(arg) : (toWire(arg) ?? null)))
      const text = JSON.stringify(line)
      const whole = text.length <= MAX_LINE
      const told = whole ? line : [`${text.slice(0, SHOWN)}… (${text.length} characters)`]
      bridge.event('App.logAdded', { type, args: told })
      print(...(whole ? args : told))
    }
  }
  return made
}
