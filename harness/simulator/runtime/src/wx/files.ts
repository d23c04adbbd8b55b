// wx.getFileSystemManager over a map in memory. Thin: whole files under wx.env.USER_DATA_PATH.

import type { Dict } from '../types'
import { ApiFailure, publish, type ApiCall, type Family } from './calls'

type Content = string | ArrayBuffer

export const USER_DATA_PATH = 'http://usr'

class MemoryFiles {
  private readonly files = new Map<string, Content>()
  private readonly folders = new Set<string>([USER_DATA_PATH])

  exists(path: string): boolean {
    return this.files.has(path) || this.folders.has(path)
  }

  read(path: string): Content {
    const content = this.files.get(path)
    if (content === undefined) throw new ApiFailure(`no such file or directory, open ${path}`)
    return content
  }

  write(path: string, content: Content): void {
    this.files.set(path, content)
  }

  remove(path: string): void {
    if (!this.files.delete(path) && !this.folders.delete(path)) {
      throw new ApiFailure(`no such file or directory, unlink ${path}`)
    }
  }

  makeFolder(path: string): void {
    this.folders.add(path)
  }

  list(folder: string): string[] {
    const start = `${folder.replace(/\/$/, '')}/`
    return [...this.files.keys(), ...this.folders]
      .filter((path) => path.startsWith(start))
      .map((path) => path.slice(start.length).split('/')[0] ?? '')
  }

  stat(path: string): Dict {
    if (!this.exists(path)) throw new ApiFailure(`no such file or directory, stat ${path}`)
    const content = this.files.get(path)
    const size =
      typeof content === 'string' ? new TextEncoder().encode(content).length : (content?.byteLength ?? 0)
    const isFile = content !== undefined
    return {
      size,
      isFile: () => isFile,
      isDirectory: () => !isFile,
      lastModifiedTime: 0,
      lastAccessedTime: 0,
    }
  }
}

const path = (options: Dict, ...names: string[]): string =>
  String(names.map((name) => options[name]).find((value) => value !== undefined) ?? '')

function decoded(content: Content, encoding: unknown): Content {
  return typeof encoding === 'string' && typeof content !== 'string'
    ? new TextDecoder().decode(content)
    : content
}

function operations(files: MemoryFiles): Dict<ApiCall> {
  return {
    access(options) {
      if (files.exists(path(options, 'path'))) return undefined
      throw new ApiFailure(`no such file or directory, access ${path(options, 'path')}`)
    },
    mkdir(options) {
      files.makeFolder(path(options, 'dirPath'))
      return undefined
    },
    readdir: (options) => ({ files: [...new Set(files.list(path(options, 'dirPath')))] }),
    writeFile(options) {
      files.write(path(options, 'filePath'), (options['data'] ?? '') as Content)
      return undefined
    },
    appendFile(options) {
      const name = path(options, 'filePath')
      const before = files.exists(name) ? String(decoded(files.read(name), 'utf8')) : ''
      files.write(name, before + String(options['data'] ?? ''))
      return undefined
    },
    readFile: (options) => ({ data: decoded(files.read(path(options, 'filePath')), options['encoding']) }),
    copyFile(options) {
      files.write(path(options, 'destPath'), files.read(path(options, 'srcPath')))
      return undefined
    },
    rename(options) {
      files.write(path(options, 'newPath'), files.read(path(options, 'oldPath')))
      files.remove(path(options, 'oldPath'))
      return undefined
    },
    saveFile(options) {
      const from = path(options, 'tempFilePath')
      const to = path(options, 'filePath') || `${USER_DATA_PATH}/${from.split('/').at(-1) ?? 'file'}`
      files.write(to, files.exists(from) ? files.read(from) : '')
      return { savedFilePath: to }
    },
    unlink(options) {
      files.remove(path(options, 'filePath'))
      return undefined
    },
    rmdir(options) {
      files.remove(path(options, 'dirPath'))
      return undefined
    },
    stat: (options) => ({ stats: files.stat(path(options, 'path')) }),
    getFileInfo: (options) => files.stat(path(options, 'filePath')),
  }
}

export const fileSystem: Family = ({ exceptions }) => {
  const files = new MemoryFiles()
  const manager: Dict = {
    accessSync: (name: string) => {
      if (!files.exists(name)) throw new Error(`accessSync:fail no such file or directory "${name}"`)
    },
    mkdirSync: (name: string) => files.makeFolder(name),
    readdirSync: (name: string) => [...new Set(files.list(name))],
    writeFileSync: (name: string, data: Content) => files.write(name, data),
    readFileSync: (name: string, encoding?: string) => decoded(files.read(name), encoding),
    copyFileSync: (from: string, to: string) => files.write(to, files.read(from)),
    unlinkSync: (name: string) => files.remove(name),
    statSync: (name: string) => files.stat(name),
  }
  for (const [name, call] of Object.entries(operations(files)))
    manager[name] = publish(name, call, exceptions)
  return { values: { getFileSystemManager: () => manager, env: { USER_DATA_PATH } } }
}
