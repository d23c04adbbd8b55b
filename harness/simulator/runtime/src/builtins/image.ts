// <image>, <cover-image> and <icon>.

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

class ImageControl extends Control {
  override attached(): void {
    this.showSource()
    this.showMode()
  }

  override changed(name: string): void {
    if (name === 'src') this.showSource()
    if (name === 'mode') this.showMode()
  }

  protected onLoad(): void {
    this.fire('load', { width: this.picture.naturalWidth, height: this.picture.naturalHeight })
  }

  protected onError(): void {
    this.fire('error', { errMsg: `GET ${this.string('src')} 404 (Not Found)` })
  }

  private get picture(): HTMLImageElement {
    return this.dom.firstElementChild as HTMLImageElement
  }

  private showSource(): void {
    const src = this.string('src')
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

const SIGNS: Record<string, string> = {
  success: '✓',
  success_no_circle: '✓',
  info: 'i',
  warn: '!',
  waiting: '…',
  cancel: '✕',
  clear: '✕',
  download: '↓',
  search: '⌕',
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
    const color = this.string('color')
    const background = color === '' ? '' : `;background:${color}`
    this.node.setNodeStyle(`width:${size};height:${size};line-height:${size}${background}`, STYLE_SEGMENT)
    this.dom.textContent = SIGNS[this.string('type')] ?? ''
  }
}

export const icon: BuiltinDeclaration = {
  tag: 'icon',
  template: '',
  properties: { type: text(), size: any(23), color: text() },
  control: IconControl,
}
