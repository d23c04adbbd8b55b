// Entry: what the host finds on the window of the app frame.

import { bootApp, type RunningApp } from './runtime'
import { SourceError } from './errors'
import type { AppPackage, BootRefusal, BootReport, Dict } from './types'

interface Simulator {
  boot(pkg: AppPackage): Promise<BootReport | BootRefusal>
  call(method: string, params: Dict): Promise<Dict>
}

declare global {
  interface Window {
    __sim: Simulator
  }
}

let running: RunningApp | undefined

window.__sim = {
  async boot(pkg) {
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
}
