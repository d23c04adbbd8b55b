// Storage: in memory, seeded at boot, written through to the host.

import type { Dict } from '../types'
import { jsonCopy } from '../wire'
import { ApiFailure, type Family } from './calls'

const LIMIT_KB = 10240

function requireKey(api: string, key: unknown): string {
  if (typeof key !== 'string') throw new Error(`${api}:fail parameter error: parameter should be String`)
  if (key === '') throw new Error(`${api}:fail parameter error: parameter should not be empty`)
  return key
}

export const storage: Family = ({ options, bridge }) => {
  const store = new Map<string, unknown>(Object.entries(options.storage))

  const read = (key: string): unknown => (store.has(key) ? jsonCopy(store.get(key)) : '')
  const write = (key: string, data: unknown): void => {
    const value = jsonCopy(data) ?? ''
    store.set(key, value)
    bridge.tell('storage', { set: { [key]: value } })
  }
  const remove = (key: string): void => {
    if (store.delete(key)) bridge.tell('storage', { remove: [key] })
  }
  const clear = (): void => {
    store.clear()
    bridge.tell('storage', { clear: true })
  }
  const info = (): Dict => ({
    keys: [...store.keys()],
    currentSize: Math.ceil(JSON.stringify([...store.values()]).length / 1024),
    limitSize: LIMIT_KB,
  })

  return {
    values: {
      getStorageSync: (key: unknown) => read(requireKey('getStorageSync', key)),
      setStorageSync: (key: unknown, data: unknown) => write(requireKey('setStorageSync', key), data),
      removeStorageSync: (key: unknown) => remove(requireKey('removeStorageSync', key)),
      clearStorageSync: clear,
      getStorageInfoSync: info,
      batchGetStorageSync: (keys: string[]) => keys.map(read),
      batchSetStorageSync: (list: { key: string; value: unknown }[]) => {
        for (const { key, value } of list) write(key, value)
      },
    },
    calls: {
      getStorage({ key }) {
        const name = requireKey('getStorage', key)
        if (!store.has(name)) throw new ApiFailure('data not found')
        return { data: read(name) }
      },
      setStorage({ key, data }) {
        write(requireKey('setStorage', key), data)
        return undefined
      },
      removeStorage({ key }) {
        remove(requireKey('removeStorage', key))
        return undefined
      },
      clearStorage() {
        clear()
        return undefined
      },
      getStorageInfo: info,
    },
  }
}
