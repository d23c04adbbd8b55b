// <button>: disabled, form-type, open-type. What an open-type answers comes from the simulated person.
// https://developers.weixin.qq.com/miniprogram/dev/component/button.html

import { fire } from '../engine/nodes'
import { any, Control, controlAround, flag, number, text, type BuiltinDeclaration } from './control'
import { FormControl } from './form'

class ButtonControl extends Control {
  override attached(): void {
    this.listen('tap', () => this.onTap())
  }

  activate(): void {
    if (this.data['disabled'] !== true) fire(this.node, 'tap', {}, { bubbles: true, composed: true })
  }

  private onTap(): void {
    if (this.data['disabled'] === true) return
    const form = controlAround(this, FormControl)
    const formType = this.string('formType')
    if (formType === 'submit') form?.submit(this.node)
    if (formType === 'reset') form?.reset()
    const openType = this.string('openType')
    if (openType !== '') void this.open(openType)
  }

  private async open(openType: string): Promise<void> {
    for (const { event, detail } of await this.host.openType(openType, this.node)) {
      this.fire(event.toLowerCase(), detail)
    }
  }
}

export const button: BuiltinDeclaration = {
  tag: 'button',
  template: '<slot/>',
  reflected: ['type', 'size', 'plain', 'disabled', 'loading'],
  properties: {
    type: text('default'),
    size: text('default'),
    plain: flag(),
    disabled: flag(),
    loading: flag(),
    name: text(),
    formType: text(),
    openType: text(),
    hoverClass: text('button-hover'),
    hoverStopPropagation: flag(),
    hoverStartTime: number(20),
    hoverStayTime: number(70),
    lang: text('en'),
    sessionFrom: text(),
    sendMessageTitle: text(),
    sendMessagePath: text(),
    sendMessageImg: text(),
    appParameter: text(),
    showMessageCard: flag(),
    phoneNumberNoQuotaToast: flag(true),
    businessId: any(),
  },
  control: ButtonControl,
}
