// wx.connectSocket and what belongs to it: tasks, and the older calls that mean the first of them.

import type { Dict } from '../types'
import {
  ApiFailure,
  callBack,
  failureResult,
  isRecord,
  type ApiCall,
  type Family,
  type WxContext,
} from './calls'
import { fromBase64, toBase64 } from './encodings'
import { wrongOptions } from './platform'
import type { Listener } from './signals'
import { headersOf, openStream, pieces, timeoutOf } from './tasks'

// https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html: five at once.
const LIMIT = 5
const NOT_CONNECTED = 'WebSocket is not connected'
const EVENTS = ['Open', 'Message', 'Error', 'Close'] as const
type SocketEvent = (typeof EVENTS)[number]

const State = { connecting: 0, open: 1, closing: 2, closed: 3 } as const
type StateValue = (typeof State)[keyof typeof State]

class Socket {
  state: StateValue = State.connecting
  readonly task: Dict
  private readonly listeners = new Map<SocketEvent, Set<Listener>>()

  constructor(
    private readonly context: WxContext,
    readonly id: number,
    private readonly announce: (name: SocketEvent, event: Dict) => void,
  ) {
    const state = (): StateValue => this.state
    this.task = {
      socketTaskId: id,
      CONNECTING: State.connecting,
      OPEN: State.open,
      CLOSING: State.closing,
      CLOSED: State.closed,
      get readyState() {
        return state()
      },
      send: (given: unknown) => this.answer('sendSocketMessage', given, (options) => this.send(options)),
      close: (given: unknown) => this.answer('closeSocket', given, (options) => this.close(options)),
    }
    for (const name of EVENTS) {
      const own = new Set<Listener>()
      this.listeners.set(name, own)
      this.task[`on${name}`] = (listener: Listener) => void own.add(listener)
    }
  }

  get streamId(): string {
    return `socket-${this.id}`
  }

  async connect(options: Dict): Promise<void> {
    await openStream(this.context, {
      what: 'socket',
      streamId: this.streamId,
      url: options['url'],
      header: headersOf(options['header']),
      protocols: options['protocols'] ?? [],
      timeoutMs: timeoutOf(this.context, 'connectSocket', options),
    })
    for await (const { event, ...detail } of pieces(this.context, this.streamId)) this.hear(event, detail)
  }

  send(options: Dict): undefined {
    if (this.state !== State.open) throw new ApiFailure(NOT_CONNECTED)
    const data = options['data']
    const { bridge } = this.context
    const told = { streamId: this.streamId }
    if (data instanceof ArrayBuffer)
      void bridge.ask('say', { ...told, base64: toBase64(new Uint8Array(data)) })
    else if (typeof data === 'string') void bridge.ask('say', { ...told, data })
    else throw new ApiFailure('Unsupported data type')
  }

  close({ code, reason }: Dict): undefined {
    if (this.state >= State.closing) throw new ApiFailure(NOT_CONNECTED)
    if (code !== undefined && code !== 1000 && !(Number(code) >= 3000 && Number(code) <= 4999)) {
      throw new ApiFailure(
        `The code must be either 1000, or between 3000 and 4999. ${String(code)} is neither.`,
      )
    }
    this.state = State.closing
    void this.context.bridge.ask('say', {
      streamId: this.streamId,
      close: true,
      code: code ?? 1000,
      reason: reason ?? '',
    })
  }

  fail(errMsg: string): void {
    this.state = State.closed
    this.tell('Error', { errMsg })
  }

  private hear(event: string, detail: Dict): void {
    if (event === 'open') {
      this.state = State.open
      this.tell('Open', { header: detail['header'], profile: {} })
    } else if (event === 'message') {
      const bytes = detail['base64']
      this.tell('Message', {
        data: typeof bytes === 'string' ? fromBase64(bytes).buffer : String(detail['data']),
      })
    } else if (event === 'close') {
      this.state = State.closed
      this.tell('Close', { code: detail['code'], reason: detail['reason'] })
    } else if (event === 'failed') {
      this.fail(String(detail['error']))
    }
  }

  private tell(name: SocketEvent, event: Dict): void {
    for (const listener of this.listeners.get(name) ?? []) this.context.exceptions.guard(listener, event)
    this.announce(name, event)
  }

  private answer(api: string, given: unknown, run: ApiCall): void {
    const options = isRecord(given) ? given : {}
    const { exceptions } = this.context
    try {
      void run(options)
      queueMicrotask(() => callBack(exceptions, options, true, { errMsg: `${api}:ok` }))
    } catch (error) {
      queueMicrotask(() => callBack(exceptions, options, false, failureResult(exceptions, api, error)))
    }
  }
}

export const sockets: Family = (context) => {
  const { exceptions } = context
  const open = new Set<Socket>()
  const global = new Map<SocketEvent, Set<Listener>>(EVENTS.map((name) => [name, new Set<Listener>()]))
  let lastId = 0

  const begin = (options: Dict): Socket => {
    const socket = new Socket(context, ++lastId, (name, event) => {
      if (first() !== socket && name !== 'Error') return
      for (const listener of global.get(name) ?? []) exceptions.guard(listener, event)
    })
    const full = open.size >= LIMIT
    if (!full) open.add(socket)
    const ended = full ? Promise.reject(new ApiFailure('exceed max task count')) : socket.connect(options)
    ended
      .catch((error: unknown) => {
        // After the app has had the time to listen.
        setTimeout(() => socket.fail((error as Error).message))
      })
      .finally(() => open.delete(socket))
    return socket
  }
  /** The socket the calls without a task mean. */
  const first = (): Socket | undefined => [...open][0]
  const connected = (): Socket => {
    const socket = first()
    if (!socket) throw new ApiFailure(NOT_CONNECTED)
    return socket
  }

  const connectSocket = (given: unknown): Dict => {
    const options = isRecord(given) ? given : {}
    const wrong = wrongOptions('connectSocket', options)
    const url = String(options['url'])
    const reason = wrong ?? (/^wss?:\/\//.test(url) ? undefined : `invalid url "${url}"`)
    if (reason !== undefined) {
      const socket = new Socket(context, ++lastId, () => undefined)
      socket.state = State.closed
      queueMicrotask(() => callBack(exceptions, options, false, { errMsg: `connectSocket:fail ${reason}` }))
      return socket.task
    }
    const socket = begin(options)
    const result = { errMsg: 'connectSocket:ok', socketTaskId: socket.id }
    queueMicrotask(() => callBack(exceptions, options, true, result))
    return socket.task
  }

  const values: Dict = { connectSocket }
  for (const name of EVENTS) {
    values[`onSocket${name}`] = (listener: Listener) => void global.get(name)?.add(listener)
  }
  return {
    values,
    calls: {
      sendSocketMessage: (options) => connected().send(options),
      closeSocket: (options) => connected().close(options),
    },
  }
}
