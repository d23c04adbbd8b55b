// <canvas>: a surface; drawn on through its node (`type="2d"`) or through wx.createCanvasContext.
// https://developers.weixin.qq.com/miniprogram/dev/component/canvas.html

import { Control, flag, text, type BuiltinDeclaration } from './control'
import { CanvasNode } from './canvas-node'

export class CanvasControl extends Control {
  /** The last drawing of the old interface: whoever reads the canvas waits for it. */
  drawing: Promise<void> = Promise.resolve()
  private node2d: CanvasNode | undefined

  override attached(): void {
    const { surface } = this
    const { clientWidth, clientHeight } = this.dom
    // As the element is when nobody set a size: a canvas of its pixels on the page.
    surface.width = clientWidth || surface.width
    surface.height = clientHeight || surface.height
    this.dom.addEventListener(
      'touchmove',
      (event) => {
        if (this.data['disableScroll'] === true) event.preventDefault()
      },
      { passive: false },
    )
  }

  get surface(): HTMLCanvasElement {
    return this.dom.firstElementChild as HTMLCanvasElement
  }

  get canvasId(): string {
    return this.string('canvasId')
  }

  override apiNode(): CanvasNode {
    this.node2d ??= new CanvasNode(this.surface, this.host.canvas(this.node))
    return this.node2d
  }
}

export const canvas: BuiltinDeclaration = {
  tag: 'canvas',
  template: '<h-canvas/><slot/>',
  properties: { type: text(), canvasId: text(), disableScroll: flag() },
  control: CanvasControl,
}
