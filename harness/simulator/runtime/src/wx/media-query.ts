// MediaQueryObserver of a component. The framework's own compares the width with the height.
// https://developers.weixin.qq.com/miniprogram/dev/api/wxml/MediaQueryObserver.observe.html

import type { Exceptions } from '../app/exceptions'
import { isRecord } from './calls'

const LENGTHS = {
  minWidth: 'min-width',
  maxWidth: 'max-width',
  width: 'width',
  minHeight: 'min-height',
  maxHeight: 'max-height',
  height: 'height',
} as const

function queryOf(descriptor: unknown): string {
  const given = isRecord(descriptor) ? descriptor : {}
  const parts = Object.entries(LENGTHS)
    .filter(([name]) => Number.isFinite(given[name]))
    .map(([name, feature]) => `(${feature}: ${String(given[name])}px)`)
  const { orientation } = given
  if (orientation === 'portrait' || orientation === 'landscape') parts.push(`(orientation: ${orientation})`)
  return parts.length > 0 ? parts.join(' and ') : 'all'
}

export class MediaQueryObserver {
  private stop: (() => void) | undefined

  constructor(private readonly exceptions: Exceptions) {}

  /** Calls back with the present state and at every change; an observer observes one thing at a time. */
  observe(descriptor: unknown, callback: (result: { matches: boolean }) => void): void {
    this.disconnect()
    const list = window.matchMedia(queryOf(descriptor))
    const report = (): void => void this.exceptions.guard(callback, { matches: list.matches })
    list.addEventListener('change', report)
    this.stop = () => list.removeEventListener('change', report)
    report()
  }

  disconnect(): void {
    this.stop?.()
    this.stop = undefined
  }
}
