// wx.request, through the host: no CORS, all headers, the host's rules about domains.

import { passOn } from '../fault'
import type { Dict } from '../types'
import { formatQuery } from '../query-string'
import { isRecord, type Family, type WxContext } from './calls'
import { fromBase64, toBase64 } from './encodings'
import {
  headersOf,
  NetworkFailure,
  openStream,
  pieces,
  refusal,
  Slots,
  startTask,
  timeoutOf,
  type Task,
} from './tasks'

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PATCH']
const EVENTS = ['HeadersReceived', 'ChunkReceived']

interface Prepared {
  url: string
  method: string
  header: Dict<string>
  data: string | null
  /** `data` is bytes, as base64. */
  base64: boolean
}

function bodyOf(data: unknown, contentType: string): Pick<Prepared, 'data' | 'base64'> {
  if (data === undefined || data === null) return { data: null, base64: false }
  if (data instanceof ArrayBuffer) return { data: toBase64(new Uint8Array(data)), base64: true }
  if (typeof data === 'string') return { data, base64: false }
  if (typeof data === 'object' && contentType.includes('x-www-form-urlencoded'))
    return { data: formatQuery(data as Dict), base64: false }
  return { data: passOn(() => JSON.stringify(data)), base64: false }
}

/** URL, method, headers and body as WeChat builds them from the options. */
export function prepareRequest(options: Dict): Prepared {
  const url = String(options['url'])
  const method = String(options['method'] ?? 'GET').toUpperCase()
  if (!METHODS.includes(method)) throw new NetworkFailure('method is invalid', 600005)
  if (!/^https?:\/\//.test(url)) throw new NetworkFailure(`invalid url "${url}"`, 600009)
  const header = { 'content-type': 'application/json', ...headersOf(options['header']) }
  const data = options['data']
  if (method !== 'GET' && method !== 'HEAD')
    return { url, method, header, ...bodyOf(data, header['content-type']) }
  const query = isRecord(data) ? formatQuery(data) : typeof data === 'string' ? data : ''
  const separator = url.includes('?') ? '&' : '?'
  return { url: query === '' ? url : url + separator + query, method, header, data: null, base64: false }
}

/** `data` of the result: an ArrayBuffer, parsed JSON, or text when it is no JSON. */
export function responseData(reply: Dict, options: Dict): unknown {
  const raw = String(reply['data'] ?? '')
  if (options['responseType'] === 'arraybuffer') {
    return reply['base64'] === true ? fromBase64(raw).buffer : new TextEncoder().encode(raw).buffer
  }
  const content = reply['base64'] === true ? new TextDecoder().decode(fromBase64(raw)) : raw
  if ((options['dataType'] ?? 'json') !== 'json') return content
  try {
    return JSON.parse(content) as unknown
  } catch {
    return content
  }
}

const headOf = ({ header, statusCode, cookies }: Dict): Dict => ({
  header,
  statusCode,
  cookies: cookies ?? [],
})

/** With `enableChunked` the answer goes to onChunkReceived, and the result has none of it. */
async function chunked(context: WxContext, told: Dict, task: Task): Promise<Dict> {
  await openStream(context, { ...told, what: 'chunked' })
  for await (const piece of pieces(context, String(told['streamId']))) {
    if (piece.event === 'failed') throw refusal(piece)
    if (piece.event === 'headers') task.tell('HeadersReceived', headOf(piece))
    if (piece.event === 'chunk')
      task.tell('ChunkReceived', { data: fromBase64(String(piece['base64'])).buffer })
    if (piece.event === 'done') return { ...headOf(piece), data: '' }
  }
  throw new NetworkFailure('interrupted', 600003)
}

export const network: Family = (context) => {
  const slots = new Slots()
  const request = (given: unknown): Dict =>
    startTask(context, 'request', EVENTS, given, slots, async (options, { task, streamId, over }) => {
      const told = {
        requestId: streamId,
        streamId,
        ...prepareRequest(options),
        timeoutMs: timeoutOf(context, 'request', options),
        responseType: options['responseType'] ?? 'text',
        redirect: options['redirect'] ?? 'follow',
      }
      if (options['enableChunked'] === true) return chunked(context, told, task)
      const reply = await context.measures.request(told.url, () => context.bridge.ask('request', told))
      if (!reply) throw new NetworkFailure('no network', 600000)
      if (typeof reply['error'] === 'string') throw refusal(reply)
      const head = headOf(reply)
      if (!over()) task.tell('HeadersReceived', head)
      return { data: responseData(reply, options), ...head }
    })
  return { values: { request } }
}
