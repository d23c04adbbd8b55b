// wx.getFileSystemManager: every operation with callbacks or a Promise, and as `…Sync`.

import { NotSimulated } from '../errors'
import type { Dict } from '../types'
import { atOnce, NOT_SUPPORTED, publish, type ApiCall, type Family } from './calls'
import { fromBytes, toBytes } from './encodings'
import { TEMP_PATH, USER_DATA_PATH, type Files } from './file-tree'
import { methodsOf } from './platform'

interface Operation {
  readonly run: (options: Dict) => Dict | undefined
  /** What the arguments of the `…Sync` form are called. */
  readonly args: readonly string[]
  /** Which member of the result the `…Sync` form returns. */
  readonly gives?: string
}

const text = (options: Dict, name: string): string => String(options[name] ?? '')

function stats(files: Files, path: string): Dict {
  const { size, changed, folder } = files.stat(path)
  return {
    size,
    mode: folder ? 16877 : 33188,
    lastAccessedTime: changed,
    lastModifiedTime: changed,
    isFile: () => !folder,
    isDirectory: () => folder,
  }
}

function readFile(files: Files, options: Dict): Dict {
  const bytes = files.read(text(options, 'filePath'))
  const from = Number(options['position'] ?? 0)
  const length = options['length'] === undefined ? bytes.length : Number(options['length'])
  return { data: fromBytes(bytes.slice(from, from + length), options['encoding']) }
}

function appendFile(files: Files, options: Dict): undefined {
  const path = text(options, 'filePath')
  const added = toBytes(options['data'], options['encoding'])
  const before = files.read(path)
  const whole = new Uint8Array(before.length + added.length)
  whole.set(before)
  whole.set(added, before.length)
  files.write(path, whole)
}

function rename(files: Files, options: Dict): undefined {
  const [from, to] = [text(options, 'oldPath'), text(options, 'newPath')]
  files.write(to, files.read(from))
  files.remove(from)
}

function saveFile(files: Files, options: Dict): Dict {
  const from = text(options, 'tempFilePath')
  const to = text(options, 'filePath') || `${USER_DATA_PATH}/${from.split('/').at(-1) ?? 'file'}`
  files.write(to, files.read(from))
  if (from.startsWith(`${TEMP_PATH}/`)) files.remove(from)
  return { savedFilePath: to }
}

function savedFiles(files: Files): Dict {
  const list = files.below(USER_DATA_PATH).filter((path) => !files.isFolder(path))
  return {
    fileList: list.map((filePath) => {
      const { size, changed } = files.stat(filePath)
      return { filePath, size, createTime: changed }
    }),
  }
}

function statAll(files: Files, options: Dict): Dict {
  const path = text(options, 'path')
  if (options['recursive'] !== true || !files.isFolder(path)) return { stats: stats(files, path) }
  const root = path.replace(/\/+$/, '')
  const every = files
    .below(root)
    .map((each) => ({ path: each.slice(root.length), stats: stats(files, each) }))
  return { stats: [{ path: '/', stats: stats(files, root) }, ...every] }
}

function operations(files: Files): Dict<Operation> {
  const nothing = (run: (options: Dict) => unknown) => (options: Dict) => {
    run(options)
    return undefined
  }
  return {
    access: { run: nothing((o) => files.stat(text(o, 'path'))), args: ['path'] },
    appendFile: { run: (o) => appendFile(files, o), args: ['filePath', 'data', 'encoding'] },
    copyFile: {
      run: nothing((o) => files.write(text(o, 'destPath'), files.read(text(o, 'srcPath')).slice())),
      args: ['srcPath', 'destPath'],
    },
    getFileInfo: { run: (o) => ({ size: files.stat(text(o, 'filePath')).size }), args: ['filePath'] },
    getSavedFileList: { run: () => savedFiles(files), args: [] },
    mkdir: {
      run: nothing((o) => files.makeFolder(text(o, 'dirPath'), o['recursive'] === true)),
      args: ['dirPath', 'recursive'],
    },
    readFile: {
      run: (o) => readFile(files, o),
      args: ['filePath', 'encoding', 'position', 'length'],
      gives: 'data',
    },
    readdir: { run: (o) => ({ files: files.list(text(o, 'dirPath')) }), args: ['dirPath'], gives: 'files' },
    removeSavedFile: { run: nothing((o) => files.remove(text(o, 'filePath'))), args: ['filePath'] },
    rename: { run: (o) => rename(files, o), args: ['oldPath', 'newPath'] },
    rmdir: {
      run: nothing((o) => files.removeFolder(text(o, 'dirPath'), o['recursive'] === true)),
      args: ['dirPath', 'recursive'],
    },
    saveFile: { run: (o) => saveFile(files, o), args: ['tempFilePath', 'filePath'], gives: 'savedFilePath' },
    stat: { run: (o) => statAll(files, o), args: ['path', 'recursive'], gives: 'stats' },
    truncate: {
      run: nothing((o) => {
        const path = text(o, 'filePath')
        files.write(path, files.read(path).slice(0, Number(o['length'] ?? 0)))
      }),
      args: ['filePath', 'length'],
    },
    unlink: { run: nothing((o) => files.remove(text(o, 'filePath'))), args: ['filePath'] },
    writeFile: {
      run: nothing((o) => files.write(text(o, 'filePath'), toBytes(o['data'], o['encoding']))),
      args: ['filePath', 'data', 'encoding'],
    },
  }
}

function synchronous({ run, args, gives }: Operation): (...given: unknown[]) => unknown {
  return (...given) => {
    const result = run(Object.fromEntries(args.map((arg, index) => [arg, given[index]])))
    return gives === undefined ? undefined : result?.[gives]
  }
}

export const fileSystem: Family = ({ exceptions, files, gaps }) => {
  const manager: Dict = {}
  const calls: Dict<ApiCall> = {}
  for (const [name, operation] of Object.entries(operations(files))) {
    manager[name] = publish(name, operation.run, exceptions)
    manager[`${name}Sync`] = atOnce(`${name}Sync`, synchronous(operation))
    if (['getFileInfo', 'getSavedFileList', 'removeSavedFile', 'saveFile'].includes(name))
      calls[name] = operation.run
  }
  for (const name of methodsOf('getFileSystemManager')) {
    const missing = (): never => {
      gaps.note(`getFileSystemManager.${name}`)
      throw new NotSimulated(NOT_SUPPORTED)
    }
    manager[name] ??= name.endsWith('Sync') ? atOnce(name, missing) : publish(name, missing, exceptions)
  }
  return { values: { getFileSystemManager: () => manager, env: { USER_DATA_PATH } }, calls }
}
