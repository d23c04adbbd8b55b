// The only way out of the page: messages to the simulator host. Owns hiding the binding from app code.

import type { Dict } from './types'
import { toWire } from './wire'

type Binding = (kind: string, json: string) => Promise<string | null>

declare global {
  interface Window {
    __simBridge?: Binding
  }
}

export type TellKind =
  'event' | 'storage' | 'chrome' | 'granted' | 'clipboard' | 'effect' | 'wish' | 'finding'
export type NetworkKind = 'request' | 'abort' | 'stream' | 'next' | 'say' | 'stop'
export type AskKind = NetworkKind | 'login' | 'phoneNumber' | 'ask'

export class Bridge {
  private readonly send: Binding | undefined

  /** Takes the host's binding off the window, so that app code does not find it by name. */
  constructor(owner: Window) {
    this.send = owner.__simBridge
    delete owner.__simBridge
  }

  /** Fire and forget. */
  tell(kind: TellKind, payload: Dict): void {
    this.send?.(kind, JSON.stringify(toWire(payload))).catch(() => undefined)
  }

  event(method: string, params: Dict): void {
    this.tell('event', { method, params })
  }

  /** Resolves to the host's answer, or null when there is no host or it has no opinion. */
  async ask(kind: AskKind, payload: Dict): Promise<Dict | null> {
    if (!this.send) return null
    const reply = await this.send(kind, JSON.stringify(toWire(payload)))
    return reply === null || reply === '' ? null : (JSON.parse(reply) as Dict | null)
  }

  /** What the simulated person answers when `api` asks; null = the default behaviour of the API. */
  askPerson(api: string, options: Dict): Promise<Dict | null> {
    return this.ask('ask', { api, options })
  }
}
