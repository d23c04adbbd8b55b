// What happens between a generated template and the framework: how handlers are called, and `hidden`,
// which every component of an app understands without declaring it.

import * as glassEasel from 'glass-easel'
import { domOf, isComponent, type EngineComponent, type EngineElement } from './nodes'
import { truthyAttribute } from './patches'

type SetProperty = (element: EngineElement, name: string, value: unknown, ...rest: unknown[]) => void

/** The framework's render object, as generated code sees it. */
export interface Render {
  eventListenerWrapper: unknown
  r: SetProperty
}

const adapted = new WeakSet<Render>()

function isUndeclaredHidden(element: EngineElement, name: string): element is EngineComponent {
  return name === 'hidden' && isComponent(element) && !glassEasel.Component.hasProperty(element, name)
}

export function adaptRender(render: Render, callListener: unknown): void {
  // Generated code of this version sets the hook only for some templates.
  render.eventListenerWrapper = callListener
  if (adapted.has(render)) return
  adapted.add(render)
  const setProperty = render.r
  render.r = (element, name, value, ...rest) => {
    if (!isUndeclaredHidden(element, name)) {
      setProperty(element, name, value, ...rest)
      return
    }
    const dom = domOf(element)
    if (dom) dom.hidden = truthyAttribute(name, value)
  }
}
