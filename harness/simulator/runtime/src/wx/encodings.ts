// Text and bytes as the file API names them.

import { passOn } from '../fault'
import { FileProblem } from './file-tree'

type Bytes = Uint8Array<ArrayBuffer>

const fromBinary = (text: string): Bytes => Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff)

/** In pieces: a call takes only so many arguments. */
function toBinary(bytes: Bytes): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

const fromUcs2 = (text: string): Bytes =>
  new Uint8Array(Uint16Array.from(text, (char) => char.charCodeAt(0)).buffer)

export const fromBase64 = (text: string): Bytes => fromBinary(passOn(() => atob(text)))
export const toBase64 = (bytes: Bytes): string => btoa(toBinary(bytes))

const ENCODERS: Record<string, (text: string) => Bytes> = {
  utf8: (text) => new TextEncoder().encode(text),
  base64: fromBase64,
  hex: (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16)),
  latin1: fromBinary,
  ucs2: fromUcs2,
}

const DECODERS: Record<string, (bytes: Bytes) => string> = {
  utf8: (bytes) => new TextDecoder().decode(bytes),
  base64: toBase64,
  hex: (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  latin1: toBinary,
  ucs2: (bytes) => new TextDecoder('utf-16le').decode(bytes),
}

const SAME: Record<string, string> = {
  'utf-8': 'utf8',
  binary: 'latin1',
  ascii: 'latin1',
  utf16le: 'ucs2',
  'utf-16le': 'ucs2',
  'ucs-2': 'ucs2',
}

function known<T>(table: Record<string, T>, encoding: unknown): T {
  const name = String(encoding ?? 'utf8').toLowerCase()
  const found = table[SAME[name] ?? name]
  if (!found) throw new FileProblem(`invalid encoding ${name}`)
  return found
}

/** What an app hands over to be written, as bytes. */
export function toBytes(data: unknown, encoding: unknown): Bytes {
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0))
  if (typeof data !== 'string') throw new FileProblem('data must be a string or ArrayBuffer')
  return known(ENCODERS, encoding)(data)
}

/** Bytes as text; without an encoding an ArrayBuffer. */
export function fromBytes(bytes: Bytes, encoding: unknown): string | ArrayBuffer {
  return encoding === undefined ? bytes.slice().buffer : known(DECODERS, encoding)(bytes)
}
