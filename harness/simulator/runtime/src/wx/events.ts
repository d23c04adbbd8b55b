// Listener APIs (`wx.onX` / `wx.offX`): of the app, of errors, of routes, and of the phone.

import type { Dict } from '../types'
import type { Family } from './calls'
import { SIGNALS, type Listener } from './signals'

interface ListenerSet {
  add(listener: Listener): unknown
  delete(listener: Listener): boolean
}

export const events: Family = ({ app, config, exceptions, pages, router, signals, deviceState }) => {
  const sources: Dict<ListenerSet> = {
    AppShow: app.onShow as ListenerSet,
    AppHide: app.onHide as ListenerSet,
    Error: exceptions.onError as ListenerSet,
    UnhandledRejection: exceptions.onUnhandledRejection as ListenerSet,
    AppRoute: router.onRoute as ListenerSet,
    AppRouteDone: router.onRouteDone as ListenerSet,
  }
  for (const name of SIGNALS) sources[name] = signals.of(name)

  deviceState.on('networkType', (networkType) => {
    signals.raise('NetworkStatusChange', { isConnected: networkType !== 'none', networkType })
  })
  deviceState.on('theme', (theme) => {
    if (config.app['darkmode'] === true) signals.raise('ThemeChange', { theme })
  })
  deviceState.on('battery', (battery) => signals.raise('BatteryInfoChange', { ...(battery as Dict) }))
  deviceState.on('keyboardHeight', (height) => signals.raise('KeyboardHeightChange', { height }))
  // The bars come and go with the pages; a window that is as wide as before is still the same window.
  let width = window.innerWidth
  window.addEventListener('resize', () => {
    if (window.innerWidth === width) return
    width = window.innerWidth
    const size = { windowWidth: window.innerWidth, windowHeight: window.innerHeight }
    signals.raise('WindowResize', { size })
    if (pages.top) exceptions.call(pages.top.instance, 'onResize', { size })
    pages.top?.component.triggerPageLifetime('resize', [size])
  })

  const values: Dict = {}
  for (const [name, listeners] of Object.entries(sources)) {
    const own = new Set<Listener>()
    values[`on${name}`] = (listener: Listener): void => {
      if (typeof listener !== 'function') return
      own.add(listener)
      listeners.add(listener)
    }
    values[`off${name}`] = (listener?: Listener): void => {
      for (const each of listener ? [listener] : [...own]) {
        own.delete(each)
        listeners.delete(each)
      }
    }
  }
  return { values }
}
