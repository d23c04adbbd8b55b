// Storage: in memory, seeded at boot, written through to the host. Limits and words are the client's.

import type { Dict } from '../types'
import { jsonCopy } from '../wire'
import { ApiFailure, atOnce, isRecord, type Family, type WxContext } from './calls'
import { typeOf } from './platform'

// https://developers.weixin.qq.com/miniprogram/dev/framework/ability/storage.html: 10 MB in all.
const LIMIT = 10 * 1024 * 1024
// https://developers.weixin.qq.com/miniprogram/dev/framework/ability/storage.html: 1 MB for a key.
const ENTRY_LIMIT = 1024 * 1024
/** Encrypted data takes 1.4 times its room. */
const GROWTH = 1.4

type Entries = readonly { key: string; value: unknown }[]

class Store {
  private readonly values: Map<string, unknown>
  private readonly sizes = new Map<string, number>()
  /** Keys whose data only `encrypt: true` reads. */
  private readonly sealed: Set<string>

  constructor({ options, bridge }: Pick<WxContext, 'options' | 'bridge'>) {
    this.values = new Map(Object.entries(options.storage))
    this.sealed = new Set(options.sealed)
    for (const [key, value] of this.values) {
      this.sizes.set(key, sizeOf(key, value) * (this.sealed.has(key) ? GROWTH : 1))
    }
    this.tell = (told) => {
      bridge.tell('storage', told)
    }
  }

  private readonly tell: (told: Dict) => void

  has(key: string, sealed = false): boolean {
    return this.values.has(key) && this.sealed.has(key) === sealed
  }

  /** A copy; the empty text when there is none, as the client answers. */
  read(key: string, sealed = false): unknown {
    return this.has(key, sealed) ? jsonCopy(this.values.get(key)) : ''
  }

  /** All or nothing. */
  write(entries: Entries, sealed = false): void {
    const copies = entries.map(({ key, value }) => ({ key, value: jsonCopy(value) ?? '' }))
    const growth = sealed ? GROWTH : 1
    const sizes = new Map(this.sizes)
    for (const { key, value } of copies) {
      const size = sizeOf(key, value) * growth
      if (size > ENTRY_LIMIT) throw new ApiFailure('entry size limit reached')
      sizes.set(key, size)
    }
    if (total(sizes) > LIMIT) throw new ApiFailure('exceed storage max size 10Mb')
    for (const { key, value } of copies) {
      this.values.set(key, value)
      this.sizes.set(key, sizes.get(key) ?? 0)
      if (sealed) this.sealed.add(key)
      else this.sealed.delete(key)
    }
    this.tell({ set: Object.fromEntries(copies.map(({ key, value }) => [key, value])), sealed })
  }

  remove(key: string): void {
    this.sizes.delete(key)
    this.sealed.delete(key)
    if (this.values.delete(key)) this.tell({ remove: [key] })
  }

  clear(): void {
    this.values.clear()
    this.sizes.clear()
    this.sealed.clear()
    this.tell({ clear: true })
  }

  info(): Dict {
    const currentSize = Math.ceil(total(this.sizes) / 1024)
    return { keys: [...this.values.keys()], currentSize, limitSize: LIMIT / 1024 }
  }
}

const sizeOf = (key: string, value: unknown): number =>
  key.length + (typeof value === 'string' ? value : JSON.stringify(value)).length

const total = (sizes: ReadonlyMap<string, number>): number => [...sizes.values()].reduce((a, b) => a + b, 0)

/** A key as the client demands it; `what` is how it names the argument. */
function keyOf(key: unknown, what = 'parameter.key'): string {
  if (typeof key !== 'string') {
    throw new ApiFailure(`parameter error: ${what} should be String instead of ${typeOf(key)};`)
  }
  if (key === '') throw new ApiFailure(`parameter error: ${what} should not be empty;`)
  return key
}

function listOf(list: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(list)) {
    throw new ApiFailure(`parameter error: ${what} should be Array instead of ${typeOf(list)};`)
  }
  return list
}

const entriesOf = (list: unknown, what: string): Entries =>
  listOf(list, what).map((each) => {
    const { key, value } = isRecord(each) ? each : {}
    return { key: keyOf(key), value }
  })

export const storage: Family = (context) => {
  const store = new Store(context)
  const synchronous: Dict<(...args: unknown[]) => unknown> = {
    getStorageSync: (key) => store.read(keyOf(key, 'parameter')),
    setStorageSync: (key, value) => store.write([{ key: keyOf(key, 'parameter'), value }]),
    removeStorageSync: (key) => store.remove(keyOf(key, 'parameter')),
    clearStorageSync: () => store.clear(),
    getStorageInfoSync: () => store.info(),
    batchGetStorageSync: (keys) =>
      listOf(keys, 'parameter').map((key) => store.read(keyOf(key, 'parameter'))),
    batchSetStorageSync: (list) => store.write(entriesOf(list, 'parameter')),
  }
  return {
    values: Object.fromEntries(Object.entries(synchronous).map(([name, run]) => [name, atOnce(name, run)])),
    calls: {
      getStorage({ key, encrypt }) {
        const name = keyOf(key)
        if (!store.has(name, encrypt === true)) throw new ApiFailure('data not found')
        return { data: store.read(name, encrypt === true) }
      },
      setStorage({ key, data, encrypt }) {
        store.write([{ key: keyOf(key), value: data }], encrypt === true)
        return undefined
      },
      removeStorage({ key }) {
        store.remove(keyOf(key))
        return undefined
      },
      clearStorage() {
        store.clear()
        return undefined
      },
      getStorageInfo: () => store.info(),
      batchGetStorage: ({ keyList }) => ({
        dataList: listOf(keyList, 'parameter.keyList').map((key) => store.read(keyOf(key))),
      }),
      batchSetStorage({ kvList }) {
        store.write(entriesOf(kvList, 'parameter.kvList'))
        return undefined
      },
    },
  }
}
