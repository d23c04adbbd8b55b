// <page-meta> and <navigation-bar>: settings of the page and its bar, written as components.
// https://developers.weixin.qq.com/miniprogram/dev/component/navigation-bar.html
// https://developers.weixin.qq.com/miniprogram/dev/component/page-meta.html

import type { Dict } from '../types'
import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

/** Settings given so far, under the names of the page's configuration. */
function settings(data: Dict, names: Dict<string>): Dict {
  const given = Object.entries(names).filter(([name]) => data[name] !== '' && data[name] !== null)
  return Object.fromEntries(given.map(([name, setting]) => [setting, data[name]]))
}

const BAR: Dict<string> = {
  title: 'navigationBarTitleText',
  backgroundColor: 'navigationBarBackgroundColor',
  frontColor: 'navigationBarTextStyle',
}

class NavigationBarControl extends Control {
  override attached(): void {
    this.changed()
  }

  override changed(): void {
    this.host.pageSettings(this.node, settings(this.data, BAR))
  }
}

export const navigationBar: BuiltinDeclaration = {
  tag: 'navigation-bar',
  template: '',
  properties: {
    title: text(),
    loading: flag(),
    frontColor: text(),
    backgroundColor: text(),
    colorAnimationDuration: number(),
    colorAnimationTimingFunc: text('linear'),
  },
  control: NavigationBarControl,
}

const META: Dict<string> = {
  rootBackgroundColor: 'backgroundColorContent',
  pageStyle: 'pageStyle',
  rootFontSize: 'rootFontSize',
}

class PageMetaControl extends Control {
  private readonly scrolled = (): void => {
    if (!this.dom.closest('[mp-hidden]')) this.fire('scroll', { scrollTop: window.scrollY })
  }
  private readonly resized = (): void => {
    this.fire('resize', { size: { windowWidth: window.innerWidth, windowHeight: window.innerHeight } })
  }

  override attached(): void {
    window.addEventListener('scroll', this.scrolled)
    window.addEventListener('resize', this.resized)
    this.host.pageSettings(this.node, settings(this.data, META))
  }

  override detached(): void {
    window.removeEventListener('scroll', this.scrolled)
    window.removeEventListener('resize', this.resized)
  }

  override changed(name: string): void {
    if (name !== 'scrollTop') {
      this.host.pageSettings(this.node, settings(this.data, META))
      return
    }
    const top = parseFloat(this.string('scrollTop'))
    if (Number.isNaN(top)) return
    window.scrollTo({ top, behavior: 'instant' })
    this.fire('scrolldone', {})
  }
}

export const pageMeta: BuiltinDeclaration = {
  tag: 'page-meta',
  template: '<slot/>',
  properties: {
    backgroundTextStyle: text(),
    backgroundColor: text(),
    backgroundColorTop: text(),
    backgroundColorBottom: text(),
    rootBackgroundColor: text(),
    scrollTop: any(''),
    scrollDuration: number(300),
    pageStyle: text(),
    rootFontSize: text(),
    pageFontSize: text(),
    pageOrientation: text(),
  },
  control: PageMetaControl,
}
