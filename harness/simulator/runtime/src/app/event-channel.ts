// The two ends of the channel between a page and the page it opened. What is emitted before the other
// side listens is kept for it, as in WeChat.

import { AppError } from '../errors'
import type { EventChannel } from './pages'

type Listener = (...args: unknown[]) => void

interface Registration {
  listener: Listener
  once: boolean
}

class ChannelEnd implements EventChannel {
  other: ChannelEnd | undefined
  private readonly listeners = new Map<string, Registration[]>()
  private readonly pending = new Map<string, unknown[][]>()

  emit(name: string, ...args: unknown[]): void {
    this.other?.deliver(name, args)
  }

  on(name: string, listener: Listener): void {
    this.add(name, { listener, once: false })
  }

  once(name: string, listener: Listener): void {
    this.add(name, { listener, once: true })
  }

  off(name: string, listener?: Listener): void {
    const rest = (this.listeners.get(name) ?? []).filter((item) => listener && item.listener !== listener)
    this.listeners.set(name, rest)
  }

  private add(name: string, registration: Registration): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), registration])
    const waiting = this.pending.get(name) ?? []
    this.pending.delete(name)
    for (const args of waiting) this.deliver(name, args)
  }

  private deliver(name: string, args: unknown[]): void {
    const listeners = this.listeners.get(name) ?? []
    if (listeners.length === 0) {
      this.pending.set(name, [...(this.pending.get(name) ?? []), args])
      return
    }
    this.listeners.set(
      name,
      listeners.filter((item) => !item.once),
    )
    for (const { listener } of listeners) {
      if (typeof listener !== 'function') throw new AppError(`the listener of "${name}" is not a function`)
      listener(...args)
    }
  }
}

/** The opener's end (with the listeners it gave to navigateTo) and the opened page's end. */
export function createEventChannel(events: Record<string, Listener>): {
  opener: EventChannel
  opened: EventChannel
} {
  const opener = new ChannelEnd()
  const opened = new ChannelEnd()
  opener.other = opened
  opened.other = opener
  for (const [name, listener] of Object.entries(events)) opener.on(name, listener)
  return { opener, opened }
}
