// What happens between a generated template and the framework: how handlers and WXS functions are called,
// and the attributes that components understand without declaring them: `hidden`, and those of accessibility.

import * as glassEasel from 'glass-easel'
import { descriptorOf } from './descriptor'
import { noteScript } from './events'
import { defaultOf, domOf, isBuiltin, isComponent, type EngineElement } from './nodes'
import { eventAttribute, eventType } from '../wxml/event-attributes'

type SetListener = (element: EngineElement, name: string, handler: unknown, ...rest: unknown[]) => void
type PropertyObserver = (value: unknown, before: unknown, owner: EngineElement, node: EngineElement) => void
type SetProperty = (element: EngineElement, name: string, value: unknown, ...rest: unknown[]) => void

/** The framework's render object, as generated code sees it. */
export interface Render {
  shadowRoot: glassEasel.ShadowRoot
  eventListenerWrapper: unknown
  changePropFilter: unknown
  setFnFilter: unknown
  r: SetProperty
  v: SetListener
}

const adapted = new WeakSet<Render>()

/** What assistive technology is told of a node, whatever it is. */
const ACCESSIBILITY = /^(aria-[a-z]+|role)$/

const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** Whether the component has a property or an external class of the name. */
function isDeclared(element: EngineElement, name: string): boolean {
  if (!isComponent(element)) return false
  return glassEasel.Component.hasProperty(element, camelCase(name)) || element.hasExternalClass(name)
}

/**
 * What a built-in component takes for `undefined`: as if the attribute were not there. Templates that
 * compilers make name every attribute there is, with data that is undefined unless the app gives it.
 */
function unlessAbsent(element: EngineElement, name: string, value: unknown): unknown {
  if (value !== undefined || !isBuiltin(element)) return value
  const standard = defaultOf(element, camelCase(name))
  return typeof standard === 'boolean' ? value : standard
}

function describe(element: EngineElement, name: string, value: unknown): void {
  if (value === undefined || value === null) domOf(element)?.removeAttribute(name)
  else domOf(element)?.setAttribute(name, String(value))
}

export function adaptRender(render: Render, callListener: unknown): void {
  // Generated code of this version sets the hook only for some templates.
  render.eventListenerWrapper = callListener
  if (adapted.has(render)) return
  adapted.add(render)
  // `change:prop` and handlers in braces are WXS functions.
  render.changePropFilter = (observe: unknown): PropertyObserver => {
    return (value, before, owner, node) => {
      if (typeof observe !== 'function') return
      // WXS runs where the page is drawn: what the template puts beside the node is there by then.
      queueMicrotask(() => {
        observe(value, before, descriptorOf(owner), descriptorOf(node))
      })
    }
  }
  // Generated code would put its own in place.
  render.setFnFilter = () => undefined
  const setListener = render.v
  render.v = (element, name, handler, ...rest) => {
    if (typeof handler === 'function') noteScript(handler)
    setListener(element, eventType(name), handler, ...rest)
  }
  const setProperty = render.r
  render.r = (element, name, value, ...rest) => {
    const event = eventAttribute(name)
    if (event && !isDeclared(element, name)) {
      // It may come from data, and then be another later.
      render.v(element, event.type, value, event.ends, event.mutual, event.captures, true, rest[1])
      return
    }
    if (!isComponent(element) || isDeclared(element, name)) {
      setProperty(element, name, unlessAbsent(element, name, value), ...rest)
    } else if (name === 'hidden') {
      const dom = domOf(element)
      if (dom) dom.hidden = Boolean(value)
    } else if (!isBuiltin(element)) {
      setProperty(element, name, value, ...rest)
    } else if (ACCESSIBILITY.test(name)) {
      describe(element, name, value)
    } else if (value !== undefined) {
      setProperty(element, name, value, ...rest)
    }
  }
}
