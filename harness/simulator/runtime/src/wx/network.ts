// wx.request, through the host: no CORS, all headers, the host's rules about domains.

import type { Dict } from '../types'
import { formatQuery } from '../query-string'
import { callBack, failureResult, isRecord, type Family, type WxContext } from './calls'

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PATCH']
const DEFAULT_TIMEOUT_MS = 60_000

interface Prepared {
  url: string
  method: string
  header: Dict<string>
  data: string | null
}

function headersOf(given: unknown): Dict<string> {
  const header: Dict<string> = { 'content-type': 'application/json' }
  if (!isRecord(given)) return header
  for (const [name, value] of Object.entries(given)) {
    // The real client sets the referer itself.
    if (name.toLowerCase() !== 'referer' && value !== undefined) header[name.toLowerCase()] = String(value)
  }
  return header
}

function bodyOf(data: unknown, contentType: string): string | null {
  if (data === undefined || data === null) return null
  if (typeof data === 'string') return data
  if (data instanceof ArrayBuffer) return new TextDecoder().decode(data)
  if (typeof data === 'object' && contentType.includes('x-www-form-urlencoded'))
    return formatQuery(data as Dict)
  return JSON.stringify(data)
}

/** URL, method, headers and body as WeChat builds them from the options. */
export function prepareRequest(options: Dict): Prepared {
  const url = options['url']
  if (typeof url !== 'string')
    throw new Error('parameter error: parameter.url should be String instead of Undefined')
  const method = String(options['method'] ?? 'GET').toUpperCase()
  if (!METHODS.includes(method)) throw new Error('method is invalid')
  if (!/^https?:\/\//.test(url)) throw new Error(`invalid url "${url}"`)
  const header = headersOf(options['header'])
  const data = options['data']
  if (method !== 'GET' && method !== 'HEAD')
    return { url, method, header, data: bodyOf(data, header['content-type'] ?? '') }
  const query = isRecord(data) ? formatQuery(data) : typeof data === 'string' ? data : ''
  const separator = url.includes('?') ? '&' : '?'
  return { url: query === '' ? url : url + separator + query, method, header, data: null }
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer
}

/** `data` of the result: an ArrayBuffer, parsed JSON, or text when it is no JSON. */
export function responseData(reply: Dict, options: Dict): unknown {
  const raw = String(reply['data'] ?? '')
  if (options['responseType'] === 'arraybuffer') {
    return reply['base64'] === true ? bytesOf(raw) : new TextEncoder().encode(raw).buffer
  }
  const content = reply['base64'] === true ? new TextDecoder().decode(bytesOf(raw)) : raw
  if ((options['dataType'] ?? 'json') !== 'json') return content
  try {
    return JSON.parse(content) as unknown
  } catch {
    return content
  }
}

type HeadersListener = (event: { header: unknown; statusCode: unknown; cookies: unknown }) => void

/** A running request: what wx.request returns. */
class RequestTask {
  private readonly headerListeners = new Set<HeadersListener>()

  constructor(private readonly onAbort: () => void) {}

  readonly abort = (): void => this.onAbort()
  readonly onHeadersReceived = (listener: HeadersListener): void => void this.headerListeners.add(listener)
  readonly offHeadersReceived = (listener?: HeadersListener): void => {
    if (listener) this.headerListeners.delete(listener)
    else this.headerListeners.clear()
  }
  readonly onChunkReceived = (): void => undefined
  readonly offChunkReceived = (): void => undefined

  headersReceived(reply: Dict): void {
    const { header, statusCode, cookies } = reply
    for (const listener of this.headerListeners) listener({ header, statusCode, cookies: cookies ?? [] })
  }
}

class Requests {
  private nextId = 1

  constructor(private readonly context: WxContext) {}

  start(options: Dict): RequestTask {
    const { bridge, exceptions } = this.context
    const requestId = String(this.nextId++)
    let settled = false
    const finish = (ok: boolean, result: Dict): void => {
      if (settled) return
      settled = true
      callBack(exceptions, options, ok, result)
    }
    const task = new RequestTask(() => {
      if (settled) return
      void bridge.ask('abort', { requestId })
      finish(false, { errMsg: 'request:fail abort' })
    })
    this.send(requestId, options).then(
      (reply) => {
        if (settled) return
        exceptions.guard(() => task.headersReceived(reply))
        const { statusCode, header, cookies } = reply
        const data = responseData(reply, options)
        finish(true, { data, statusCode, header, cookies: cookies ?? [], errMsg: 'request:ok' })
      },
      (error: unknown) => finish(false, { errno: 600000, ...failureResult('request', error) }),
    )
    return task
  }

  private async send(requestId: string, options: Dict): Promise<Dict> {
    const prepared = prepareRequest(options)
    const timeoutMs = Number(options['timeout'] ?? DEFAULT_TIMEOUT_MS)
    const responseType = options['responseType'] ?? 'text'
    const reply = await this.context.bridge.ask('request', {
      requestId,
      ...prepared,
      timeoutMs,
      responseType,
    })
    if (!reply) throw new Error('no network')
    if (typeof reply['error'] === 'string') throw new Error(reply['error'])
    return reply
  }
}

export const network: Family = (context) => {
  const requests = new Requests(context)
  return {
    values: {
      request(given: unknown): unknown {
        return requests.start(isRecord(given) ? given : {})
      },
    },
  }
}
