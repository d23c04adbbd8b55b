// The only way out of the page: messages to the simulator host. Owns hiding the binding from app code.

import type { Dict } from './types'
import { toWire } from './wire'

type Binding = (text: string) => void

declare global {
  interface Window {
    __simBridge?: Binding
  }
}

type TellKind =
  | 'event'
  | 'storage'
  | 'chrome'
  | 'granted'
  | 'clipboard'
  | 'effect'
  | 'wish'
  | 'consent'
  | 'gap'
  | 'finding'
  | 'fault'
type NetworkKind = 'request' | 'abort' | 'stream' | 'next' | 'say' | 'stop'
type AskKind = NetworkKind | 'chrome' | 'login' | 'phoneNumber' | 'ask'

/** Characters of one message: the host takes no longer ones (MAX_MESSAGE of page_messages.py). */
const LONGEST = 16 * 1024 * 1024

type Settle = (reply: string | null) => void

const waiting = new Map<number, Settle>()
let asked = 0

/** The host's answer to the question with this number. */
export function settle(question: number, reply: string | null): void {
  waiting.get(question)?.(reply)
  waiting.delete(question)
}

export class Bridge {
  /** Questions to the person that are not answered yet: a dialog may be about to open. */
  asking = 0
  private readonly send: Binding | undefined

  /** Takes the host's binding off the window, so that app code does not find it by name. */
  constructor(owner: Window) {
    this.send = owner.__simBridge
    delete owner.__simBridge
  }

  /** Fire and forget. */
  tell(kind: TellKind, payload: Dict): void {
    this.pass(`:${kind}:${JSON.stringify(toWire(payload))}`, kind)
  }

  event(method: string, params: Dict): void {
    this.tell('event', { method, params })
  }

  /** Resolves to the host's answer, or null when there is no host or it has no opinion. */
  async ask(kind: AskKind, payload: Dict): Promise<Dict | null> {
    if (!this.send) return null
    const question = ++asked
    const answered = new Promise<string | null>((resolve) => waiting.set(question, resolve))
    if (!this.pass(`${question}:${kind}:${JSON.stringify(toWire(payload))}`, kind)) settle(question, null)
    const reply = await answered
    return reply === null || reply === '' ? null : (JSON.parse(reply) as Dict | null)
  }

  /** Whether it was sent: a longer message would cost every process that it passes its length in memory. */
  private pass(text: string, kind: TellKind | AskKind): boolean {
    if (text.length > LONGEST) {
      const message = `${text.length} characters at once are more than a phone takes: left out`
      this.tell('finding', { path: kind, level: 'warning', message })
      return false
    }
    this.send?.(text)
    return true
  }

  /** What the simulated person answers when `api` asks; null = the default behaviour of the API. */
  async askPerson(api: string, options: Dict): Promise<Dict | null> {
    this.asking++
    const answer = await this.ask('ask', { api, options })
    this.asking--
    return answer
  }
}
