// Element.callFunction: what a driver may do to a built-in component, by name.

import { unimplemented } from '../errors'
import { SwitchControl } from '../builtins/choices'
import { controlOf, type Control } from '../builtins/control'
import { InputControl } from '../builtins/input'
import { MovableViewControl } from '../builtins/movable'
import { ScrollViewControl } from '../builtins/scroll-view'
import { SliderControl } from '../builtins/slider'
import { SwiperControl } from '../builtins/swiper'
import type { AppNode } from './elements'

type Action = (control: Control, args: unknown[]) => unknown

function typeInto(control: Control, [value, confirm]: unknown[]): void {
  if (!(control instanceof InputControl)) throw unimplemented('input')
  control.type(String(value ?? ''))
  if (confirm === true) control.confirm()
  control.blurred()
}

const ACTIONS: Record<string, Action> = {
  'input.input': typeInto,
  'textarea.input': typeInto,
  'switch.tap': (control) => (control as SwitchControl).activate(),
  'slider.slideTo': (control, [value]) => (control as SliderControl).slideTo(Number(value)),
  'swiper.swipeTo': (control, [index]) => (control as SwiperControl).swipeTo(Number(index)),
  'movable-view.moveTo': (control, [x, y]) => (control as MovableViewControl).moveTo(Number(x), Number(y)),
  'scroll-view.scrollTo': (control, [x, y]) => (control as ScrollViewControl).scrollTo(Number(x), Number(y)),
  'scroll-view.scrollTop': (control) => control.dom.scrollTop,
  'scroll-view.scrollLeft': (control) => control.dom.scrollLeft,
  'scroll-view.scrollWidth': (control) => control.dom.scrollWidth,
  'scroll-view.scrollHeight': (control) => control.dom.scrollHeight,
}

const KINDS: Record<string, new (...args: never[]) => Control> = {
  input: InputControl,
  textarea: InputControl,
  'movable-view': MovableViewControl,
  switch: SwitchControl,
  slider: SliderControl,
  swiper: SwiperControl,
  'scroll-view': ScrollViewControl,
}

export function callBuiltinFunction(node: AppNode, name: string, args: unknown[]): unknown {
  const action = ACTIONS[name]
  const kind = KINDS[name.split('.')[0] ?? '']
  const control = controlOf(node.__wxElement)
  if (!action || !kind || !(control instanceof kind)) throw unimplemented(name)
  return action(control, args)
}
