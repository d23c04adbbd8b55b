// Route APIs and the navigation bar.

import { createEventChannel } from '../app/event-channel'
import type { Dict } from '../types'
import { ApiFailure, isRecord, type Family } from './calls'

function url(options: Dict): string {
  const value = options['url']
  if (typeof value !== 'string') throw new ApiFailure('parameter error: parameter.url should be String')
  return value
}

export const navigation: Family = ({ router, pages, chrome }) => {
  const top = (): NonNullable<typeof pages.top> => {
    const entry = pages.top
    if (!entry) throw new ApiFailure('no page is open')
    return entry
  }
  const setBar = (settings: Dict): undefined => {
    chrome.setBar(top(), settings)
    return undefined
  }
  return {
    calls: {
      async navigateTo(options) {
        const events = isRecord(options['events']) ? options['events'] : {}
        const channel = createEventChannel(events as Dict<() => void>)
        await router.navigateTo(url(options), channel.opened)
        return { eventChannel: channel.opener }
      },
      async redirectTo(options) {
        await router.redirectTo(url(options))
        return undefined
      },
      async reLaunch(options) {
        await router.reLaunch(url(options))
        return undefined
      },
      async switchTab(options) {
        await router.switchTab(url(options))
        return undefined
      },
      async navigateBack(options) {
        await router.navigateBack(options['delta'])
        return undefined
      },
      setNavigationBarTitle(options) {
        chrome.setBar(top(), { navigationBarTitleText: String(options['title'] ?? '') })
        return undefined
      },
      setNavigationBarColor(options) {
        const front = options['frontColor']
        if (front !== '#ffffff' && front !== '#000000') {
          throw new ApiFailure('invalid frontColor, it should be #ffffff or #000000')
        }
        chrome.setBar(top(), {
          navigationBarTextStyle: front,
          navigationBarBackgroundColor: options['backgroundColor'] ?? '#000000',
        })
        return undefined
      },
      showNavigationBarLoading: () => setBar({ loading: true }),
      hideNavigationBarLoading: () => setBar({ loading: false }),
      hideHomeButton: () => setBar({ homeButton: false }),
      setBackgroundColor: ({ backgroundColor }) => setBar({ backgroundColor }),
      enableAlertBeforeUnload({ message }) {
        if (typeof message !== 'string') {
          throw new ApiFailure('parameter error: parameter.message should be String')
        }
        top().alertBeforeUnload = message
        return undefined
      },
      disableAlertBeforeUnload() {
        top().alertBeforeUnload = undefined
        return undefined
      },
      setBackgroundTextStyle: ({ textStyle }) => setBar({ backgroundTextStyle: textStyle }),
      pageScrollTo(options) {
        const selector = options['selector']
        const shadow = top().component.getShadowRoot()
        const dom =
          typeof selector === 'string' ? shadow?.querySelector(selector)?.getBackendElement() : undefined
        if (dom) {
          const { top } = (dom as unknown as Element).getBoundingClientRect()
          window.scrollTo(0, window.scrollY + top + Number(options['offsetTop'] ?? 0))
        } else if (selector === undefined) window.scrollTo(0, Number(options['scrollTop'] ?? 0))
        return undefined
      },
    },
  }
}
