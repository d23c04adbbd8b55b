// wx.*TabBar*: changes of the tab bar, possible only while a tab page is on top.

import type { Dict } from '../types'
import { ApiFailure, type ApiCall, type Family } from './calls'

export const tabBar: Family = ({ chrome, config, pages }) => {
  const bar = chrome.tabBar
  const onTabPage = (change: (options: Dict) => void): ApiCall => {
    return (options) => {
      const entry = pages.top
      if (!entry || !config.isTab(entry.route)) throw new ApiFailure('not TabBar page')
      change(options)
      chrome.update(entry)
      return undefined
    }
  }
  const onTab = (change: (tab: NonNullable<ReturnType<typeof bar.tab>>, options: Dict) => void): ApiCall => {
    return onTabPage((options) => {
      const tab = bar.tab(options['index'])
      if (!tab) throw new ApiFailure('tabbar item not found')
      change(tab, options)
    })
  }
  return {
    calls: {
      showTabBar: onTabPage(() => bar.show(true)),
      hideTabBar: onTabPage(() => bar.show(false)),
      setTabBarStyle: onTabPage((options) => bar.restyle(options)),
      setTabBarItem: onTab((tab, options) => {
        for (const name of ['text', 'iconPath', 'selectedIconPath'] as const) {
          if (options[name] !== undefined) tab[name] = String(options[name])
        }
      }),
      setTabBarBadge: onTab((tab, options) => {
        tab.badge = String(options['text'] ?? '')
        tab.dot = false
      }),
      removeTabBarBadge: onTab((tab) => {
        tab.badge = ''
      }),
      showTabBarRedDot: onTab((tab) => {
        tab.dot = true
        tab.badge = ''
      }),
      hideTabBarRedDot: onTab((tab) => {
        tab.dot = false
      }),
    },
  }
}
