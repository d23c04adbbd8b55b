// <navigator>: a link to another page or mini-program.

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
    const call = elsewhere ? 'navigateToMiniProgram' : ROUTE_CALLS[this.string('openType')]
    if (call === undefined) return
    const { url, delta, appId, path, extraData } = this.data
    this.host.navigate(call, {
      ...(elsewhere ? { appId, path, extraData } : { url, delta }),
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
