// Entry: what the host finds on the window of the app frame.

import { bootApp, type RunningApp } from './runtime'
import type { AppPackage, BootReport, Dict } from './types'

interface Simulator {
  boot(pkg: AppPackage): Promise<BootReport>
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
    running = await bootApp(pkg)
    return running.report
  },
  async call(method, params) {
    if (!running) throw new Error('no app is running')
    return running.automation.call(method, params)
  },
}
