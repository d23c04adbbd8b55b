// The tab bar of the app: what app.json says of it and what the app changed since. The shell draws it.

import type { AppConfig } from '../config'
import { resolvePath } from '../paths'
import type { Dict } from '../types'
import type { Theme } from './theme'

interface Tab {
  readonly pagePath: string
  text: string
  iconPath: string
  selectedIconPath: string
  badge: string
  dot: boolean
}

const STYLE = ['color', 'selectedColor', 'backgroundColor', 'borderStyle'] as const
// https://developers.weixin.qq.com/miniprogram/dev/api/ui/tab-bar/wx.setTabBarBadge.html: more characters
// become an ellipsis.
const MAX_BADGE = 4

export class TabBar {
  readonly tabs: readonly Tab[]
  private readonly style: Dict
  private shown = true

  constructor(private readonly config: AppConfig) {
    this.tabs = config.tabs.map((tab) => ({ ...tab, badge: '', dot: false }))
    this.style = { position: 'bottom', ...config.tabBar }
  }

  tab(index: unknown): Tab | undefined {
    return Number.isInteger(index) ? this.tabs[index as number] : undefined
  }

  show(shown: boolean): void {
    this.shown = shown
  }

  restyle(settings: Dict): void {
    for (const name of STYLE) if (settings[name] !== undefined) this.style[name] = settings[name]
  }

  /** What the shell draws under a page; null for none. */
  under(route: string, theme: Theme): Dict | null {
    if (!this.shown || this.config.hasCustomTabBar || !this.config.isTab(route)) return null
    const style = theme.apply(this.style)
    return {
      color: color(style['color'], '#7a7e83'),
      selectedColor: color(style['selectedColor'], '#3cc51f'),
      background: color(style['backgroundColor'], '#ffffff'),
      border: style['borderStyle'] === 'white' ? 'rgba(255,255,255,.33)' : 'rgba(0,0,0,.15)',
      top: style['position'] === 'top',
      items: this.tabs.map(({ pagePath, text, iconPath, selectedIconPath, badge, dot }) => {
        const selected = pagePath === route
        const icon = selected && selectedIconPath !== '' ? selectedIconPath : iconPath
        return { text, selected, dot, badge: short(badge), icon: address(theme.value(icon)) }
      }),
    }
  }
}

function color(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' && !value.startsWith('@') ? value : fallback
}

function short(badge: string): string {
  return [...badge].length > MAX_BADGE ? '...' : badge
}

/** Where the shell, which is another site, finds a file of the app. */
function address(icon: unknown): string {
  if (typeof icon !== 'string' || icon === '' || /^([a-z]+:|\/\/)/i.test(icon)) return String(icon ?? '')
  return new URL(`/${resolvePath('', icon)}`, location.href).href
}
