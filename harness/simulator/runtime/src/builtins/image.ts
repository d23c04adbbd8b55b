// <image>, <cover-image> and <icon>.
// https://developers.weixin.qq.com/miniprogram/dev/component/image.html
// https://developers.weixin.qq.com/miniprogram/dev/component/cover-image.html
// https://developers.weixin.qq.com/miniprogram/dev/component/icon.html

import { any, Control, flag, text, type BuiltinDeclaration } from './control'

const FIT: Record<string, string> = { scaleToFill: 'fill', aspectFit: 'contain', aspectFill: 'cover' }

const POSITION: Record<string, string> = {
  top: '50% 0',
  bottom: '50% 100%',
  left: '0 50%',
  right: '100% 50%',
  center: '50% 50%',
  'top left': '0 0',
  'top right': '100% 0',
  'bottom left': '0 100%',
  'bottom right': '100% 100%',
}

/** Segment of the inline style that templates do not write. */
const STYLE_SEGMENT = 3

export class ImageControl extends Control {
  /** The picture's own size, once it is there. */
  get natural(): { ownWidth: number; ownHeight: number; mode: string } | undefined {
    const { naturalWidth: ownWidth, naturalHeight: ownHeight } = this.picture
    return ownWidth > 0 ? { ownWidth, ownHeight, mode: this.string('mode') } : undefined
  }

  override attached(): void {
    this.showSource()
    this.showMode()
  }

  override changed(name: string): void {
    if (name === 'src') this.showSource()
    if (name === 'mode') this.showMode()
  }

  protected onLoad(): void {
    this.picture.classList.remove('sim-failed')
    this.fire('load', { width: this.picture.naturalWidth, height: this.picture.naturalHeight })
  }

  protected onError(): void {
    this.picture.classList.add('sim-failed')
    this.fire('error', { errMsg: `GET ${this.string('src')} 404 (Not Found)` })
  }

  private get picture(): HTMLImageElement {
    return this.dom.firstElementChild as HTMLImageElement
  }

  private showSource(): void {
    const src = this.string('src')
    this.picture.loading = this.data['lazyLoad'] === true ? 'lazy' : 'eager'
    if (src === '') this.picture.removeAttribute('src')
    else this.picture.src = this.host.assetUrl(src, this.node)
  }

  private showMode(): void {
    const mode = this.string('mode')
    const { style } = this.picture
    style.height = mode === 'widthFix' ? 'auto' : ''
    style.width = mode === 'heightFix' ? 'auto' : ''
    style.objectFit = FIT[mode] ?? (POSITION[mode] === undefined ? 'fill' : 'none')
    style.objectPosition = POSITION[mode] ?? ''
    const own = mode === 'widthFix' ? 'height:auto' : mode === 'heightFix' ? 'width:auto' : ''
    this.node.setNodeStyle(own, STYLE_SEGMENT)
  }
}

export const image: BuiltinDeclaration = {
  tag: 'image',
  template: '<h-img bind:load="onLoad" bind:error="onError"/>',
  properties: {
    src: text(),
    mode: text('scaleToFill'),
    lazyLoad: flag(),
    showMenuByLongpress: flag(),
    webp: flag(),
    fadeIn: flag(),
  },
  control: ImageControl,
}

export const coverImage: BuiltinDeclaration = {
  tag: 'cover-image',
  template: '<h-img bind:load="onLoad" bind:error="onError"/>',
  properties: { src: text(), mode: text('scaleToFill'), referrerPolicy: text() },
  control: ImageControl,
}

/** What is cut out of, or drawn in, a disc of 24 units. */
const DISC: Record<string, string> = {
  success: 'M6.5 12.5l3.5 3.5 7.5-8',
  success_circle: 'M6.5 12.5l3.5 3.5 7.5-8',
  info: 'M12 7v.5M12 10.5v6.5',
  info_circle: 'M12 7v.5M12 10.5v6.5',
  warn: 'M12 6.5v7M12 16.5v.5',
  waiting: 'M12 6v6.5l4 3',
  waiting_circle: 'M12 6v6.5l4 3',
  cancel: 'M8 8l8 8M16 8l-8 8',
  clear: 'M8 8l8 8M16 8l-8 8',
  download: 'M12 6v9M8.5 11.5l3.5 4 3.5-4',
}

const BARE: Record<string, string> = {
  // In no list of WeChat's, and yet what WeUI and others put where nothing is chosen.
  circle: 'M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20',
  success_no_circle: 'M4 12.5l5.5 5.5L20.5 6.5',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.5 15.5L21 21',
}

const COLORS: Record<string, string> = {
  info: '#10aeff',
  info_circle: '#10aeff',
  warn: '#f76260',
  waiting: '#10aeff',
  waiting_circle: '#10aeff',
  cancel: '#f43530',
  clear: '#b2b2b2',
  search: '#b2b2b2',
  circle: '#c9c9c9',
}
const GREEN = '#09bb07'

/** The drawing of an icon; empty for a type there is none of. */
function iconSvg(type: string, color: string): string {
  const ink = color.replace(/["<>&]/g, '') || (COLORS[type] ?? GREEN)
  const line = 'fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
  const inside = DISC[type]
  const bare = BARE[type]
  if (inside === undefined && bare === undefined) return ''
  const drawn = inside
    ? `<circle cx="12" cy="12" r="11" fill="${ink}"/><path d="${inside}" ${line} stroke="#fff"/>`
    : `<path d="${bare ?? ''}" ${line} stroke="${ink}"/>`
  return `<svg viewBox="0 0 24 24">${drawn}</svg>`
}

class IconControl extends Control {
  override attached(): void {
    this.show()
  }

  override changed(): void {
    this.show()
  }

  private show(): void {
    const size = `${parseFloat(this.string('size'))}px`
    this.node.setNodeStyle(`width:${size};height:${size}`, STYLE_SEGMENT)
    this.dom.innerHTML = iconSvg(this.string('type'), this.string('color'))
  }
}

export const icon: BuiltinDeclaration = {
  tag: 'icon',
  template: '',
  properties: { type: text(), size: any(23), color: text() },
  control: IconControl,
}
