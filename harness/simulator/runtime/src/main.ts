// Entry: what the host finds on the window of the app frame.

import { settle } from './bridge'
import { bootApp, type RunningApp } from './runtime'
import { SourceError } from './errors'
import { TouchProbe } from './touch-probe'
import type { AppPackage, BootRefusal, BootReport, Dict } from './types'

interface Simulator {
  boot(pkg: AppPackage): Promise<BootReport | BootRefusal>
  call(method: string, params: Dict): Promise<Dict>
  /** The host's answer to something the runtime asked. */
  settle(question: number, reply: string | null): void
  /** Begins or ends a probe of where touches arrive; where one did, in pixels of the frame. */
  probe(on: boolean): { x?: number; y?: number }
}

declare global {
  interface Window {
    __sim: Simulator
  }
}

// Whose fault an exception is stands in its stack, and the circle of calls that never end may be wide.
Error.stackTraceLimit = 50

let running: RunningApp | undefined
const touchProbe = new TouchProbe(window)

const simulator: Simulator = {
  async boot(pkg) {
    if (running) throw new Error('an app is running')
    try {
      running = await bootApp(pkg)
      return running.report
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      const { path, line, fault: message } = error
      return { broken: { path, line, message } }
    }
  },
  async call(method, params) {
    if (!running) throw new Error('no app is running')
    return running.automation.call(method, params)
  },
  settle,
  probe: (on) => touchProbe.become(on),
}

// App code that gets hold of the window must not be able to answer for the runtime.
Object.defineProperty(window, '__sim', { value: Object.freeze(simulator) })
