// The Host.* methods by which a test changes the state of the device.

import { AutomationError } from '../errors'
import type { Dict } from '../types'
import { isRecord } from '../wx/calls'
import { PLATFORM } from '../wx/platform'
import { SIGNALS } from '../wx/signals'
import type { AutomationContext, Handlers } from './context'

const FROM_RECENT = 1089

export function deviceStateHandlers(context: AutomationContext): Handlers {
  const { app, bridge, pages, permissions, router, signals, supports, deviceState } = context
  return {
    /** Answered when the host has heard everything told before. */
    async 'Host.heard'() {
      await bridge.askPerson('findings', {})
      return {}
    },
    'Host.apis': () => ({
      apis: Object.entries(PLATFORM).map(([name, { kind }]) => ({ name, kind, simulated: supports(name) })),
    }),
    'Host.setDeviceState'({ facts, granted }) {
      permissions.become((granted ?? {}) as Dict<boolean>)
      deviceState.become((facts ?? {}) as Dict)
      return {}
    },
    async 'Host.background'() {
      await router.settled()
      if (!app.inForeground) return {}
      if (pages.top) pages.inBackground(pages.top, true)
      app.hide()
      return {}
    },
    async 'Host.foreground'({ scene, path, query }) {
      await router.settled()
      if (app.inForeground && path === undefined) return {}
      const entry = pages.top
      const place = typeof path === 'string' ? path.replace(/^\//, '') : (entry?.route ?? '')
      const given = isRecord(query) ? (query as Dict<string>) : {}
      const entered = typeof path === 'string' ? given : { ...entry?.query, ...given }
      app.show({ ...app.launched, path: place, query: entered, scene: Number(scene ?? FROM_RECENT) })
      if (typeof path !== 'string') {
        if (entry) pages.inBackground(entry, false)
        return {}
      }
      const search = new URLSearchParams(given).toString()
      await router.reLaunch(`/${place}${search === '' ? '' : `?${search}`}`)
      return {}
    },
    'Host.deviceEvent'({ event, detail }) {
      const name = String(event).replace(/^on(?=[A-Z])/, '')
      if (!SIGNALS.includes(name)) {
        throw new AutomationError(`no event of a phone is called ${name}; there are ${SIGNALS.join(', ')}`)
      }
      return { heard: signals.raise(name, isRecord(detail) ? detail : {}) }
    },
  }
}
