// What is odd about the app's files without ending it: collected while the app boots, told at once after it.

import type { Bridge } from '../bridge'
import { placeOf, type Place } from '../place'
import type { Diagnostic } from '../types'
import { placesOfWarning } from '../wxml/warning-places'

export class Diagnostics {
  private readonly found: Diagnostic[] = []
  private booted = false

  constructor(private readonly bridge: Bridge) {}

  push(...diagnostics: Diagnostic[]): void {
    if (!this.booted) this.found.push(...diagnostics)
    else for (const each of diagnostics) this.bridge.tell('finding', { ...each })
  }

  warn(path: string, line: number, message: string): void {
    this.push({ path, line, level: 'warning', message })
  }

  warnAt(path: string, place: Place, message: string): void {
    this.push({ path, ...place, level: 'warning', message })
  }

  /** About what the file says in these words. */
  warnOfWords(path: string, source: string, words: string, message: string): void {
    const at = source.indexOf(words)
    if (at < 0) this.push({ path, level: 'warning', message })
    else this.warnAt(path, placeOf(source, at), message)
  }

  /** A warning of the framework, which has no place; it may be about several. */
  warnOfTemplate(path: string, wxml: string, message: string, tag: string | undefined): void {
    const [first, ...others] = placesOfWarning(wxml, message, tag)
    const elsewhere = others.map(({ line, column }) => `${line}:${column}`).join(', ')
    const words = elsewhere === '' ? message : `${message} (or at ${elsewhere})`
    this.push({ path, ...first, level: 'warning', message: words })
  }

  /** Those of the boot, for its report. */
  handOver(): Diagnostic[] {
    this.booted = true
    return this.found
  }
}
