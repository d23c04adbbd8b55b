// The app's files: its own folder, temporary files, and the texts of its package. In memory; nothing outside.

import { AppError } from '../errors'

export const USER_DATA_PATH = 'http://usr'
export const TEMP_PATH = 'http://tmp'
// https://developers.weixin.qq.com/miniprogram/dev/framework/ability/file-system.html: 200 MB.
const LIMIT = 200 * 1024 * 1024

const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  pdf: 'application/pdf',
  json: 'application/json',
  txt: 'text/plain',
}

export const extensionOf = (path: string): string => /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
export const mediaType = (path: string): string => TYPES[extensionOf(path)] ?? 'application/octet-stream'

/** A file operation that cannot be; the message is what the client says after `fail`. */
export class FileProblem extends AppError {}

interface Stored {
  bytes: Uint8Array<ArrayBuffer>
  changed: number
}

const clean = (path: string): string => path.replace(/\/+$/, '')

export class Files {
  private readonly files = new Map<string, Stored>()
  private readonly folders = new Map<string, number>([
    [USER_DATA_PATH, 0],
    [TEMP_PATH, 0],
  ])
  private readonly urls = new Map<string, string>()
  private nextTemp = 1

  /** `sources`: the texts of the app's package by path, readable but not writable. */
  constructor(private readonly sources: Record<string, string>) {}

  /** Whether a path is of the app's own folder or a temporary file. */
  isLocal(path: string): boolean {
    return [USER_DATA_PATH, TEMP_PATH].some((root) => path === root || path.startsWith(`${root}/`))
  }

  exists(path: string): boolean {
    return this.isFolder(path) || this.find(path) !== undefined
  }

  isFolder(path: string): boolean {
    return this.folders.has(clean(path))
  }

  read(path: string): Uint8Array<ArrayBuffer> {
    const stored = this.find(path)
    if (!stored) throw new FileProblem(`no such file or directory, open ${path}`)
    return stored.bytes
  }

  write(path: string, bytes: Uint8Array<ArrayBuffer>): void {
    const parent = path.slice(0, path.lastIndexOf('/'))
    if (!path.startsWith(`${USER_DATA_PATH}/`)) throw new FileProblem(`permission denied, open ${path}`)
    if (this.isFolder(path)) throw new FileProblem(`illegal operation on a directory, open ${path}`)
    if (!this.isFolder(parent)) throw new FileProblem(`no such file or directory, open ${path}`)
    if (this.size() + bytes.length > LIMIT) {
      throw new FileProblem('the maximum size of the file storage limit is exceeded')
    }
    this.put(path, bytes)
  }

  /** A new temporary file; its path. */
  temporary(bytes: Uint8Array<ArrayBuffer>, extension: string): string {
    const path = `${TEMP_PATH}/${Date.now().toString(36)}${this.nextTemp++}.${extension || 'dat'}`
    this.put(path, bytes)
    return path
  }

  remove(path: string): void {
    if (this.isFolder(path)) throw new FileProblem(`operation not permitted, unlink ${path}`)
    if (!this.isLocal(path) || !this.files.delete(path)) {
      throw new FileProblem(`no such file or directory ${path}`)
    }
    this.forgetUrl(path)
  }

  makeFolder(path: string, recursive: boolean): void {
    const name = clean(path)
    if (!name.startsWith(`${USER_DATA_PATH}/`)) throw new FileProblem(`permission denied, mkdir ${path}`)
    if (this.exists(name)) throw new FileProblem(`file already exists ${path}`)
    const parent = name.slice(0, name.lastIndexOf('/'))
    if (!this.isFolder(parent)) {
      if (!recursive) throw new FileProblem(`no such file or directory ${path}`)
      this.makeFolder(parent, true)
    }
    this.folders.set(name, Date.now())
  }

  removeFolder(path: string, recursive: boolean): void {
    const name = clean(path)
    if (!this.isFolder(name)) throw new FileProblem(`no such file or directory ${path}`)
    const inside = this.below(name)
    if (inside.length > 0 && !recursive) throw new FileProblem('directory not empty')
    for (const each of inside) {
      this.files.delete(each)
      this.folders.delete(each)
    }
    this.folders.delete(name)
  }

  list(path: string): string[] {
    const name = clean(path)
    if (!this.isFolder(name)) throw new FileProblem(`no such file or directory ${path}`)
    const first = this.below(name).map((each) => each.slice(name.length + 1).split('/')[0] ?? '')
    return [...new Set(first)].sort()
  }

  /** Everything below a folder, whole paths. */
  below(path: string): string[] {
    const start = `${clean(path)}/`
    return [...this.files.keys(), ...this.folders.keys()].filter((each) => each.startsWith(start))
  }

  stat(path: string): { size: number; changed: number; folder: boolean } {
    const folder = this.folders.get(clean(path))
    if (folder !== undefined) return { size: 0, changed: folder, folder: true }
    const stored = this.find(path)
    if (!stored) throw new FileProblem(`no such file or directory ${path}`)
    return { size: stored.bytes.length, changed: stored.changed, folder: false }
  }

  /** An address the page can load the file from. */
  urlOf(path: string): string {
    const known = this.urls.get(path)
    if (known !== undefined) return known
    const url = URL.createObjectURL(new Blob([this.read(path)], { type: mediaType(path) }))
    this.urls.set(path, url)
    return url
  }

  private put(path: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.files.set(path, { bytes, changed: Math.floor(Date.now() / 1000) })
    this.forgetUrl(path)
  }

  private forgetUrl(path: string): void {
    const url = this.urls.get(path)
    if (url !== undefined) URL.revokeObjectURL(url)
    this.urls.delete(path)
  }

  private size(): number {
    return [...this.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  private find(path: string): Stored | undefined {
    if (this.isLocal(path)) return this.files.get(path)
    const source = this.sources[path.replace(/^\//, '')]
    return source === undefined ? undefined : { bytes: new TextEncoder().encode(source), changed: 0 }
  }
}
