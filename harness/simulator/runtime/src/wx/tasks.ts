// What requests, uploads and downloads share: ten at a time, a task to abort, and what is told of progress.

import { AppError } from '../errors'
import type { Dict } from '../types'
import type { Exceptions } from '../app/exceptions'
import { callBack, failureResult, isRecord, type WxContext } from './calls'
import { wrongOptions } from './platform'

type TaskListener = (event: Dict) => void
export type Piece = Dict & { event: string }
type TaskApi = 'request' | 'uploadFile' | 'downloadFile'

// https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html: networkTimeout.
const DEFAULT_TIMEOUT_MS = 60_000

/** An error of the network with WeChat's own number. */
export class NetworkFailure extends AppError {
  constructor(
    reason: string,
    readonly errno: number,
  ) {
    super(reason)
  }
}

/** Lets ten run at a time; the rest waits for its turn, as the base library does. */
export class Slots {
  private running = 0
  private readonly waiting: (() => void)[] = []

  constructor(private readonly limit = 10) {}

  async take(): Promise<void> {
    if (this.running < this.limit) {
      this.running += 1
      return
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  free(): void {
    const next = this.waiting.shift()
    if (next) next()
    else this.running -= 1
  }
}

/** A running transfer: what the APIs return. Its events have an `on…` and an `off…` each. */
export class Task {
  private readonly listeners = new Map<string, Set<TaskListener>>()
  readonly object: Dict

  constructor(
    events: readonly string[],
    abort: () => void,
    private readonly exceptions: Exceptions,
  ) {
    this.object = { abort }
    for (const name of events) {
      const own = new Set<TaskListener>()
      this.listeners.set(name, own)
      this.object[`on${name}`] = (listener: TaskListener): void => {
        if (typeof listener === 'function') own.add(listener)
      }
      this.object[`off${name}`] = (listener?: TaskListener): void => {
        if (listener) own.delete(listener)
        else own.clear()
      }
    }
  }

  tell(name: string, event: Dict): void {
    for (const listener of this.listeners.get(name) ?? []) this.exceptions.guard(listener, event)
  }
}

/** Everything a stream of the host says, in order, until it is over. */
export async function* pieces({ bridge }: WxContext, streamId: string): AsyncGenerator<Piece> {
  for (;;) {
    const reply = await bridge.ask('next', { streamId })
    const some = (reply?.['pieces'] ?? []) as Piece[]
    if (some.length === 0) return
    yield* some
  }
}

/** Opens a stream of the host; NetworkFailure when it is refused at once. */
export async function openStream({ bridge }: WxContext, told: Dict): Promise<void> {
  const reply = await bridge.ask('stream', told)
  if (!reply) throw new NetworkFailure('the phone refuses it: too much at once', 600000)
  if (typeof reply['error'] === 'string') throw refusal(reply)
}

export function refusal({ error, errno }: Dict): NetworkFailure {
  return new NetworkFailure(String(error), Number(errno ?? 600000))
}

/** `timeout` of the options, else of app.json, else WeChat's own. */
export function timeoutOf({ config }: WxContext, api: string, options: Dict): number {
  const own = Number(options['timeout'])
  if (own > 0) return own
  const said = config.app['networkTimeout']
  const configured = isRecord(said) ? Number(said[api]) : NaN
  return configured > 0 ? configured : DEFAULT_TIMEOUT_MS
}

export function headersOf(given: unknown): Dict<string> {
  const header: Dict<string> = {}
  if (!isRecord(given)) return header
  for (const [name, value] of Object.entries(given)) {
    // The real client sets the referer itself.
    if (name.toLowerCase() !== 'referer' && value !== undefined) header[name.toLowerCase()] = String(value)
  }
  return header
}

interface Run {
  readonly task: Task
  readonly streamId: string
  /** Whether the app has aborted it, or it has ended. */
  readonly over: () => boolean
}

let lastId = 0

/** Runs a transfer: its turn, its end by success, failure or abort; the task for the app. */
export function startTask(
  context: WxContext,
  api: TaskApi,
  events: readonly string[],
  given: unknown,
  slots: Slots,
  carry: (options: Dict, run: Run) => Promise<Dict>,
): Dict {
  const { bridge, exceptions } = context
  const options = isRecord(given) ? given : {}
  const streamId = `${api}-${++lastId}`
  let settled = false
  const finish = (ok: boolean, result: Dict): void => {
    if (settled) return
    settled = true
    callBack(exceptions, options, ok, result)
  }
  const abort = (): void => {
    if (settled) return
    void bridge.ask('abort', { requestId: streamId })
    void bridge.ask('stop', { streamId })
    finish(false, { errMsg: `${api}:fail abort` })
  }
  const task = new Task(events, abort, exceptions)
  const work = async (): Promise<Dict> => {
    const wrong = wrongOptions(api, options)
    if (wrong !== undefined) throw new NetworkFailure(wrong, 1001)
    await slots.take()
    try {
      return settled ? {} : await carry(options, { task, streamId, over: () => settled })
    } finally {
      slots.free()
    }
  }
  work().then(
    (result) => finish(true, { ...result, errMsg: `${api}:ok` }),
    (error: unknown) => {
      const errno = error instanceof NetworkFailure ? error.errno : 600000
      finish(false, { errno, ...failureResult(exceptions, api, error) })
    },
  )
  return task.object
}
