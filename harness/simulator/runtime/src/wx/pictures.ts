// Pictures as bytes: where they come from, what they are, and making smaller or cut ones of them.

import type { Dict } from '../types'
import { ApiFailure, type WxContext } from './calls'
import { fromBase64 } from './encodings'
import { openStream, pieces, refusal } from './tasks'

export type Bytes = Uint8Array<ArrayBuffer>

const SIGNATURES: readonly (readonly [string, readonly number[]])[] = [
  ['png', [0x89, 0x50, 0x4e, 0x47]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['gif', [0x47, 0x49, 0x46, 0x38]],
  ['webp', [0x52, 0x49, 0x46, 0x46]],
]

/** `png`, `jpeg`, `gif`, `webp`, or `unknown`, by the first bytes. */
export function pictureType(bytes: Bytes): string {
  const found = SIGNATURES.find(([, start]) => start.every((byte, at) => bytes[at] === byte))
  return found?.[0] ?? 'unknown'
}

/** The bytes of a file an app names: its own, of its package, or of a server it may download from. */
export async function bytesOf(context: WxContext, path: string): Promise<Bytes> {
  if (context.files.exists(path)) return context.files.read(path)
  if (/^https?:\/\//.test(path) && !context.files.isLocal(path)) return downloaded(context, path)
  if (path === '' || context.files.isLocal(path)) throw new ApiFailure('file not found')
  const response = await fetch(`/${path.replace(/^\//, '')}`)
  if (!response.ok) throw new ApiFailure('file not found')
  return new Uint8Array(await response.arrayBuffer())
}

let downloads = 0

async function downloaded(context: WxContext, url: string): Promise<Bytes> {
  const streamId = `picture-${++downloads}`
  await openStream(context, { what: 'downloadFile', streamId, url, header: {}, timeoutMs: 60_000 })
  for await (const piece of pieces(context, streamId)) {
    if (piece.event === 'failed') throw refusal(piece)
    if (piece.event !== 'done') continue
    if (Number(piece['statusCode']) >= 400) throw new ApiFailure('download image fail')
    return fromBase64(String(piece['base64']))
  }
  throw new ApiFailure('download image fail')
}

export async function decoded(bytes: Bytes): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(new Blob([bytes]))
  } catch {
    throw new ApiFailure('image decode fail', { errno: 1103003 })
  }
}

interface Wanted {
  readonly width: number
  readonly height: number
  readonly type: 'image/jpeg' | 'image/png'
  readonly quality: number
  /** The part of the picture that is kept; all of it when absent. */
  readonly part?: { x: number; y: number; width: number; height: number }
}

/** A picture drawn anew in another size, of a part, or of lower quality. */
export async function redrawn(picture: ImageBitmap, wanted: Wanted): Promise<Bytes> {
  const { width, height, type, quality } = wanted
  const { x, y, width: partWidth, height: partHeight } = wanted.part ?? { x: 0, y: 0, ...sizeOf(picture) }
  const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height))
  const pen = canvas.getContext('2d')
  pen?.drawImage(picture, x, y, partWidth, partHeight, 0, 0, canvas.width, canvas.height)
  const blob = await canvas.convertToBlob({ type, quality })
  return new Uint8Array(await blob.arrayBuffer())
}

export const sizeOf = ({ width, height }: ImageBitmap): { width: number; height: number } => ({
  width,
  height,
})

/** What an album holds when nobody says otherwise: always the same picture for the same number. */
export async function samplePicture(number: number): Promise<Bytes> {
  const canvas = new OffscreenCanvas(320, 240)
  const pen = canvas.getContext('2d')
  if (!pen) throw new ApiFailure('create temp file fail')
  const tile = 40
  for (let row = 0; row < canvas.height / tile; row++) {
    for (let column = 0; column < canvas.width / tile; column++) {
      const step = row + column
      pen.fillStyle = `hsl(${(number * 67 + step * 9) % 360} 60% ${40 + (step % 3) * 12}%)`
      pen.fillRect(column * tile, row * tile, tile, tile)
    }
  }
  const blob = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await blob.arrayBuffer())
}

/** Length and size of a film, as far as this browser can read it. */
export async function filmOf(bytes: Bytes, type: string): Promise<Dict<number>> {
  const film = document.createElement('video')
  const address = URL.createObjectURL(new Blob([bytes], { type }))
  try {
    await new Promise((resolve, reject) => {
      film.onloadedmetadata = resolve
      film.onerror = reject
      film.src = address
    })
    const { videoWidth: width, videoHeight: height, duration } = film
    return { width, height, duration: Number.isFinite(duration) ? duration : 0 }
  } catch {
    return { width: 0, height: 0, duration: 0 }
  } finally {
    URL.revokeObjectURL(address)
  }
}
