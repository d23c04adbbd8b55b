// <form> and <label>: they work on the controls inside them.
// https://developers.weixin.qq.com/miniprogram/dev/component/form.html
// https://developers.weixin.qq.com/miniprogram/dev/component/label.html

import { elementOf, isComponent, type EngineComponent, type EngineEvent } from '../engine/nodes'
import type { Dict } from '../types'
import {
  componentsInside,
  Control,
  controlOf,
  flag,
  isActivatable,
  isFormField,
  number,
  text,
  type Activatable,
  type BuiltinDeclaration,
} from './control'
import { dataOf, domOf } from '../engine/nodes'

export class FormControl extends Control {
  submit(button: EngineComponent): void {
    const target = { id: button.id, dataset: { ...(button.dataset as Dict) } }
    this.fire('submit', { value: this.values(), formId: 'the formId is a mock one', target })
  }

  reset(): void {
    for (const component of componentsInside(this)) {
      const control = controlOf(component)
      if (isFormField(control)) control.formReset()
    }
    this.fire('reset', { target: {} })
  }

  /** Name → value of every named field; a component of the app counts when it has `name` and `value`. */
  private values(): Dict {
    const values: Dict = {}
    for (const component of componentsInside(this)) {
      const data = dataOf(component)
      const name = data['name']
      if (typeof name !== 'string' || name === '') continue
      const control = controlOf(component)
      if (isFormField(control)) values[name] = control.formValue()
      else if (!control && 'value' in data) values[name] = data['value']
    }
    return values
  }
}

class LabelControl extends Control {
  override tapped(event: EngineEvent): void {
    const target = this.target()
    if (target && !this.touchedControl(event)) target.activate()
  }

  private target(): Activatable | undefined {
    const id = this.string('for')
    if (id !== '') {
      const element = this.node.ownerShadowRoot?.querySelector(`#${id}`)
      const control = isComponent(element) ? controlOf(element) : undefined
      return isActivatable(control) ? control : undefined
    }
    return [...componentsInside(this)].map(controlOf).find(isActivatable)
  }

  /** Whether the tap hit a control itself, which then has acted already. */
  private touchedControl(event: EngineEvent): boolean {
    const original = event.getOriginalEvent() as { target?: unknown } | undefined
    let at: Node | null =
      original?.target instanceof Node ? original.target : (domOf(elementOf(event.target)) ?? null)
    for (; at && at !== this.dom; at = at.parentNode) {
      if (isActivatable(controlOf(at.__wxElement))) return true
    }
    return false
  }
}

export const form: BuiltinDeclaration = {
  tag: 'form',
  template: '<slot/>',
  properties: { reportSubmit: flag(), reportSubmitTimeout: number() },
  control: FormControl,
}

export const label: BuiltinDeclaration = {
  tag: 'label',
  template: '<slot/>',
  properties: { for: text() },
  control: LabelControl,
  tappable: true,
}
