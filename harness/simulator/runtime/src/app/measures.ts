// What an app's pages and requests take: setData, first screens, answers. What is too much is the host's
// to say.

import type { Dict } from '../types'
import type { Pages } from './pages'
import type { Router } from './router'

const SECOND = 1000
const MAX_REQUESTS = 1000

interface Calls {
  times: number[]
  most: number
  bytes: number
  longest: number
}

interface Answer {
  url: string
  began: number
  ended: number
  status: number
}

const utf8 = new TextEncoder()

/** Bytes of what JSON.stringify makes of data; 0 of what it makes nothing of. */
function sizeOf(data: unknown): number {
  try {
    return utf8.encode(JSON.stringify(data) ?? '').length
  } catch {
    return 0
  }
}

export class Measures {
  private readonly calls = new Map<string, Calls>()
  private readonly firstScreens = new Map<string, number>()
  private readonly requests: Answer[] = []
  private more = 0
  private on = false

  constructor(
    private readonly pages: Pages,
    router: Router,
  ) {
    router.onMeasured.add(({ entry, opened, startTime, shownTime }) => {
      const before = this.firstScreens.get(entry.route) ?? 0
      if (opened && this.on) this.firstScreens.set(entry.route, Math.max(before, shownTime - startTime))
    })
  }

  /** From here on: what nobody asks for costs an app nothing, nor calls its getters. */
  begin(): void {
    this.on = true
  }

  /** A call of setData, made by the page on top or one of its components. */
  setData(data: unknown, run: () => unknown): unknown {
    if (!this.on) return run()
    const began = performance.now()
    try {
      return run()
    } finally {
      this.note(data, began)
    }
  }

  /** Waits for an answer. */
  async request(url: string, run: () => Promise<Dict | null>): Promise<Dict | null> {
    if (!this.on) return run()
    const answer: Answer = { url, began: performance.now(), ended: Infinity, status: 0 }
    if (this.requests.length < MAX_REQUESTS) this.requests.push(answer)
    else this.more += 1
    try {
      const reply = await run()
      answer.status = Number(reply?.['statusCode'] ?? 0)
      return reply
    } finally {
      answer.ended = performance.now()
    }
  }

  /** Of a page, since measuring began. */
  of(route: string): Dict {
    const { most = 0, bytes = 0, longest = 0 } = this.calls.get(route) ?? {}
    return {
      setDataPerSecond: most,
      setDataBytes: bytes,
      setDataMs: Math.round(longest),
      firstScreenMs: Math.round(this.firstScreens.get(route) ?? 0),
    }
  }

  /**
   * Of the whole app; a request that is under way has no end. Milliseconds since the page was loaded.
   * `more` are those that are not listed.
   */
  ofRequests(): { requests: Dict[]; more: number } {
    const requests = this.requests.map(({ ended, ...answer }) => ({
      ...answer,
      ended: ended === Infinity ? null : ended,
    }))
    return { requests, more: this.more }
  }

  private note(data: unknown, began: number): void {
    const route = this.pages.top?.route
    if (route === undefined) return
    const calls = this.calls.get(route) ?? { times: [], most: 0, bytes: 0, longest: 0 }
    this.calls.set(route, calls)
    const now = performance.now()
    calls.times = [...calls.times.filter((at) => at > began - SECOND), began]
    calls.most = Math.max(calls.most, calls.times.length)
    calls.longest = Math.max(calls.longest, now - began)
    calls.bytes = Math.max(calls.bytes, sizeOf(data))
  }
}
