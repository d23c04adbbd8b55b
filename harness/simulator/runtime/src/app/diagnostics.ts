// What is odd about the app's files without ending it: collected while the app boots, told at once after it.

import type { Bridge } from '../bridge'
import type { Diagnostic } from '../types'

export class Diagnostics {
  private readonly found: Diagnostic[] = []
  private booted = false

  constructor(private readonly bridge: Bridge) {}

  push(...diagnostics: Diagnostic[]): void {
    if (!this.booted) this.found.push(...diagnostics)
    else for (const each of diagnostics) this.bridge.tell('finding', { ...each })
  }

  warn(path: string, line: number, message: string): void {
    this.push({ path, line, column: 1, level: 'warning', message })
  }

  /** Those of the boot, for its report. */
  handOver(): Diagnostic[] {
    this.booted = true
    return this.found
  }
}
