// <navigator>: a link to another page or mini-program.
// https://developers.weixin.qq.com/miniprogram/dev/component/navigator.html

import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

const ROUTE_CALLS: Record<string, string> = {
  navigate: 'navigateTo',
  redirect: 'redirectTo',
  switchTab: 'switchTab',
  reLaunch: 'reLaunch',
  navigateBack: 'navigateBack',
  exit: 'exitMiniProgram',
}

class NavigatorControl extends Control {
  override attached(): void {
    this.listen('tap', () => this.follow())
  }

  private follow(): void {
    const elsewhere = this.data['target'] === 'miniProgram'
    const openType = this.string('openType')
    const leaves = elsewhere && openType !== 'exit'
    const call = leaves ? 'navigateToMiniProgram' : ROUTE_CALLS[openType]
    if (call === undefined) {
      this.host.gap(`navigator open-type=${openType}`)
      return
    }
    const { url, delta, path, extraData } = this.data
    const shortLink = this.string('shortLink')
    const other = shortLink === '' ? { appId: this.string('appId') } : { shortLink }
    this.host.navigate(call, {
      ...(leaves ? { ...other, path, extraData } : { url, delta }),
      success: (result: unknown) => this.fire('success', result),
      fail: (result: unknown) => this.fire('fail', result),
      complete: (result: unknown) => this.fire('complete', result),
    })
  }
}

export const navigatorLink: BuiltinDeclaration = {
  tag: 'navigator',
  template: '<slot/>',
  properties: {
    target: text('self'),
    url: text(),
    openType: text('navigate'),
    delta: number(1),
    appId: text(),
    path: text(),
    extraData: any(),
    version: text('release'),
    shortLink: text(),
    hoverClass: text('navigator-hover'),
    hoverStopPropagation: flag(),
    hoverStartTime: number(50),
    hoverStayTime: number(600),
  },
  control: NavigatorControl,
}
