// Components that stand apart from the page's flow: <page-container>, <root-portal>, <match-media>.
// https://developers.weixin.qq.com/miniprogram/dev/component/page-container.html
// https://developers.weixin.qq.com/miniprogram/dev/component/root-portal.html
// https://developers.weixin.qq.com/miniprogram/dev/component/match-media.html

import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

const PAGE = 'wx-mp-page'

class PageContainerControl extends Control {
  private timer: ReturnType<typeof setTimeout> | undefined

  override attached(): void {
    if (this.data['show'] === true) this.move(true)
  }

  override detached(): void {
    clearTimeout(this.timer)
    this.host.uncover(this.node)
  }

  override changed(name: string): void {
    if (name === 'show') this.move(this.data['show'] === true)
  }

  protected onOverlay(): void {
    this.fire('clickoverlay', {})
  }

  private move(enters: boolean): void {
    if ((this.data['phase'] === 'in' || this.data['phase'] === 'entering') === enters) return
    const word = enters ? 'enter' : 'leave'
    clearTimeout(this.timer)
    if (enters) this.host.cover(this.node, () => this.move(false))
    else this.host.uncover(this.node)
    this.fire(`before${word}`, {})
    this.set({ phase: enters ? 'entering' : 'leaving' })
    this.fire(word, {})
    this.timer = setTimeout(
      () => {
        this.set({ phase: enters ? 'in' : 'out' })
        this.fire(`after${word}`, {})
      },
      Number(this.data['duration']) || 0,
    )
  }
}

export const pageContainer: BuiltinDeclaration = {
  tag: 'page-container',
  template:
    '<h-div class="sim-overlay sim-{{phase}}" wx:if="{{overlay && phase !== \'out\'}}" bind:tap="onOverlay"' +
    ' style="z-index:{{zIndex}};transition-duration:{{duration}}ms;{{overlayStyle}}"/>' +
    "<h-div class=\"sim-page-sheet sim-{{position}} sim-{{phase}} {{round ? 'sim-round' : ''}}\"" +
    ' style="z-index:{{zIndex}};transition-duration:{{duration}}ms;{{customStyle}}"><slot/></h-div>',
  data: { phase: 'out' },
  properties: {
    show: flag(),
    duration: number(300),
    zIndex: number(100),
    overlay: flag(true),
    position: text('bottom'),
    round: flag(),
    closeOnSlideDown: flag(),
    overlayStyle: text(),
    customStyle: text(),
  },
  control: PageContainerControl,
}

class RootPortalControl extends Control {
  private lifted: HTMLElement | undefined

  override attached(): void {
    this.lifted = this.dom.firstElementChild as HTMLElement
    this.changed('enable')
  }

  override detached(): void {
    this.lifted?.remove()
  }

  /** The content stands directly in the page: what cuts or moves the place it was written at does not. */
  override changed(name: string): void {
    if (name !== 'enable' || !this.lifted) return
    const page = this.dom.closest(PAGE)
    if (this.data['enable'] === false) this.dom.append(this.lifted)
    else page?.append(this.lifted)
  }
}

export const rootPortal: BuiltinDeclaration = {
  tag: 'root-portal',
  template: '<h-div class="sim-portal"><slot/></h-div>',
  properties: { enable: flag(true) },
  control: RootPortalControl,
}

class MatchMediaControl extends Control {
  private readonly check = (): void => {
    this.dom.toggleAttribute('unmatched', !this.matches())
  }

  override attached(): void {
    window.addEventListener('resize', this.check)
    this.check()
  }

  override detached(): void {
    window.removeEventListener('resize', this.check)
  }

  override changed(): void {
    this.check()
  }

  private matches(): boolean {
    const size = { width: window.innerWidth, height: window.innerHeight }
    const orientation = size.width > size.height ? 'landscape' : 'portrait'
    const wanted = this.string('orientation')
    if (wanted !== '' && wanted !== orientation) return false
    const given = (name: string): number | undefined => {
      const value = parseFloat(this.string(name))
      return Number.isNaN(value) ? undefined : value
    }
    return (['width', 'height'] as const).every((side) => {
      const name = side === 'width' ? 'Width' : 'Height'
      const exact = given(side)
      const least = given(`min${name}`) ?? -Infinity
      const most = given(`max${name}`) ?? Infinity
      return size[side] >= least && size[side] <= most && (exact === undefined || size[side] === exact)
    })
  }
}

export const matchMedia: BuiltinDeclaration = {
  tag: 'match-media',
  template: '<slot/>',
  properties: {
    minWidth: any(null),
    maxWidth: any(null),
    width: any(null),
    minHeight: any(null),
    maxHeight: any(null),
    height: any(null),
    orientation: text(),
  },
  control: MatchMediaControl,
}
