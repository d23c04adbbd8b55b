// wx.getPerformance: what was measured of routes and first renders, and observers of it.

import type { Exceptions } from '../app/exceptions'
import type { RouteTiming } from '../app/router'
import type { Dict } from '../types'
import type { Family } from './calls'

interface Entry extends Dict {
  readonly entryType: string
  readonly name: string
  readonly startTime: number
  readonly duration: number
}

type Listener = (list: EntryList) => void

const SUPPORTED = ['navigation', 'render']
// https://developers.weixin.qq.com/miniprogram/dev/api/base/performance/Performance.setBufferSize.html: 30.
const BUFFER_SIZE = 30

class EntryList {
  constructor(private readonly entries: readonly Entry[]) {}

  getEntries = (): Entry[] => [...this.entries].sort((a, b) => a.startTime - b.startTime)

  getEntriesByName = (name: string, type?: string): Entry[] =>
    this.getEntries().filter((entry) => entry.name === name && (!type || entry.entryType === type))

  getEntriesByType = (type: string): Entry[] => this.getEntries().filter((entry) => entry.entryType === type)
}

/** One observer: hears of entries of its types, one list per route. */
class Observer {
  private types: readonly string[] = []

  constructor(
    private readonly observers: Set<Observer>,
    private readonly listener: Listener,
    private readonly exceptions: Exceptions,
  ) {}

  observe = ({ type, entryTypes }: { type?: string; entryTypes?: readonly string[] }): void => {
    this.types = entryTypes ?? (type === undefined ? [] : [type])
    this.observers.add(this)
  }

  disconnect = (): void => {
    this.observers.delete(this)
  }

  hear(entries: readonly Entry[]): void {
    const mine = entries.filter(({ entryType }) => this.types.includes(entryType))
    if (mine.length > 0) this.exceptions.guard(this.listener, new EntryList(mine))
  }
}

function entriesOf({ entry, openType, startTime, shownTime, doneTime, opened }: RouteTiming): Entry[] {
  const page = { path: entry.route, pageId: entry.id, startTime }
  const route = {
    ...page,
    name: openType === 'appLaunch' ? 'appLaunch' : 'route',
    entryType: 'navigation',
    navigationType: openType,
    navigationStart: startTime,
    duration: doneTime - startTime,
  }
  if (!opened) return [route]
  return [route, { ...page, name: 'firstRender', entryType: 'render', duration: shownTime - startTime }]
}

export const performanceApi: Family = ({ router, exceptions }) => {
  const observers = new Set<Observer>()
  const kept: Entry[] = []
  let limit = BUFFER_SIZE
  router.onMeasured.add((timing) => {
    const entries = entriesOf(timing)
    kept.push(...entries)
    kept.splice(0, kept.length - limit)
    for (const observer of [...observers]) observer.hear(entries)
  })
  const list = (): EntryList => new EntryList(kept)
  return {
    values: {
      getPerformance: () => ({
        now: () => performance.now(),
        getEntries: () => list().getEntries(),
        getEntriesByName: (name: string, type?: string) => list().getEntriesByName(name, type),
        getEntriesByType: (type: string) => list().getEntriesByType(type),
        setBufferSize: (size: number) => {
          limit = size
        },
        createObserver: (listener: Listener) =>
          Object.assign(new Observer(observers, listener, exceptions), { supportedEntryTypes: SUPPORTED }),
      }),
    },
  }
}
