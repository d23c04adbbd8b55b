// wx.uploadFile and wx.downloadFile: files of the app over the phone's network, with their progress.

import type { Dict } from '../types'
import { isRecord, type Family, type WxContext } from './calls'
import { fromBase64, toBase64 } from './encodings'
import { extensionOf } from './file-tree'
import {
  headersOf,
  NetworkFailure,
  openStream,
  pieces,
  refusal,
  Slots,
  startTask,
  timeoutOf,
  type Piece,
  type Task,
} from './tasks'

const EVENTS = ['ProgressUpdate', 'HeadersReceived']

/** Passes progress on; resolves to the last piece. */
async function follow(context: WxContext, told: Dict, task: Task, over: () => boolean): Promise<Piece> {
  await openStream(context, told)
  for await (const { event, ...detail } of pieces(context, String(told['streamId']))) {
    if (event === 'failed') throw refusal(detail)
    if (event === 'done') return { event, ...detail }
    if (over()) continue
    if (event === 'progress') task.tell('ProgressUpdate', detail)
    if (event === 'headers') task.tell('HeadersReceived', { header: detail['header'] })
  }
  throw new NetworkFailure('interrupted', 600003)
}

function addressOf(options: Dict): string {
  const url = String(options['url'])
  if (!/^https?:\/\//.test(url)) throw new NetworkFailure(`invalid url "${url}"`, 600009)
  return url
}

const nameOf = (path: string): string => path.split('/').at(-1) ?? 'file'

function upload(context: WxContext, slots: Slots, given: unknown): Dict {
  return startTask(context, 'uploadFile', EVENTS, given, slots, async (options, { task, streamId, over }) => {
    const path = String(options['filePath'])
    const fields = isRecord(options['formData']) ? options['formData'] : {}
    const told = {
      what: 'uploadFile',
      streamId,
      url: addressOf(options),
      name: options['name'],
      header: headersOf(options['header']),
      formData: Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
      fileName: nameOf(path),
      base64: toBase64(context.files.read(path)),
      timeoutMs: timeoutOf(context, 'uploadFile', options),
    }
    const { data, statusCode, header, cookies } = await follow(context, told, task, over)
    return { data, statusCode, header, cookies }
  })
}

function download(context: WxContext, slots: Slots, given: unknown): Dict {
  return startTask(
    context,
    'downloadFile',
    EVENTS,
    given,
    slots,
    async (options, { task, streamId, over }) => {
      const url = addressOf(options)
      const told = {
        what: 'downloadFile',
        streamId,
        url,
        header: headersOf(options['header']),
        timeoutMs: timeoutOf(context, 'downloadFile', options),
      }
      const { statusCode, header, cookies, base64, extension } = await follow(context, told, task, over)
      const bytes = fromBase64(String(base64))
      const result = { statusCode, header, cookies, dataLength: bytes.length }
      const filePath = options['filePath']
      if (typeof filePath === 'string' && filePath !== '') {
        context.files.write(filePath, bytes)
        return { ...result, filePath }
      }
      const kind = extensionOf(new URL(url).pathname) || String(extension)
      return { ...result, tempFilePath: context.files.temporary(bytes, kind) }
    },
  )
}

export const transfers: Family = (context) => {
  const uploads = new Slots()
  const downloads = new Slots()
  return {
    values: {
      uploadFile: (given: unknown) => upload(context, uploads, given),
      downloadFile: (given: unknown) => download(context, downloads, given),
    },
  }
}
