// What stands over the pages of the app: which of it is on top, what belongs to one page, and how the phone's
// back puts it away. Knows nothing of how it looks.

/**
 * One thing drawn over a page. What WeChat draws is none of the page's: a route change leaves it where it is
 * (`wx.showModal` after `wx.navigateBack` is shown, on Android:
 * developers.weixin.qq.com/community/personal/oCJUsw-VZucQT6hJ-M-T5WIZpjOM/answer; not confirmed of other
 * dialogs and sheets). What is `ofPage` goes with the page that was on top.
 */
export interface Overlay {
  /** The API or component that drew it, as WeChat names it: `showModal`, `picker`. */
  readonly name: string
  readonly dom: HTMLElement
  readonly ofPage: boolean
  /** Puts it away as the person's back does; absent when that goes through to the page. */
  readonly back?: () => void
  /** Takes it away with its page. */
  readonly leave: () => void
}

export class Overlays {
  private readonly shown: Overlay[] = []

  add(overlay: Overlay): void {
    overlay.dom.dataset['overlay'] = overlay.name
    this.shown.push(overlay)
  }

  remove(dom: HTMLElement): void {
    const at = this.shown.findIndex((each) => each.dom === dom)
    if (at >= 0) this.shown.splice(at, 1)
  }

  /** What the person has to answer or put away; a toast is not it. */
  get top(): HTMLElement | undefined {
    return this.shown.findLast(({ back }) => back)?.dom
  }

  /** The phone's back, for what is on top; whether anything was. */
  back(): boolean {
    const overlay = this.shown.findLast(({ back }) => back)
    overlay?.back?.()
    return overlay !== undefined
  }

  /**
   * What belongs to the page that is on top as a route change is asked for: the function takes it away. What
   * is drawn after that, before the page has changed, is drawn over the next page.
   */
  leaving(): () => void {
    const belonging = this.shown.filter(({ ofPage }) => ofPage)
    return () => {
      for (const overlay of belonging) if (this.shown.includes(overlay)) overlay.leave()
    }
  }
}
