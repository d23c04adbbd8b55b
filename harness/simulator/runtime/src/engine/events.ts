// Framework events → the plain objects mini-program handlers receive.

import type { Dict } from '../types'
import { descriptorOf } from './descriptor'
import { domOf, elementOf, realNode, type EngineEvent } from './nodes'

export interface TouchPoint {
  identifier: number
  pageX: number
  pageY: number
  clientX: number
  clientY: number
  force: number
}

/** What the gesture recogniser attaches to events it makes from a mouse or for the driver. */
export interface TouchSource {
  touches?: Iterable<TouchPoint> | ArrayLike<TouchPoint>
  changedTouches?: Iterable<TouchPoint> | ArrayLike<TouchPoint>
  isTrusted?: boolean
}

/** Touches of a canvas are told in its own pixels, too. */
const CANVAS = 'WX-CANVAS'
const TOUCH_EVENT = /^(touch(start|move|end|cancel)|tap|longpress|longtap)$/

export function toTouchPoint(touch: Partial<TouchPoint>, index = 0): TouchPoint {
  const x = touch.clientX ?? touch.pageX ?? 0
  const y = touch.clientY ?? touch.pageY ?? 0
  return {
    identifier: touch.identifier ?? index,
    pageX: touch.pageX ?? x,
    pageY: touch.pageY ?? y,
    clientX: x,
    clientY: y,
    force: touch.force ?? 1,
  }
}

function plainTarget(target: object): Dict {
  const element = realNode(elementOf(target))
  const dom = domOf(element)
  return {
    id: element.id || '',
    dataset: { ...(element.dataset as Dict) },
    ...(dom && { offsetLeft: dom.offsetLeft, offsetTop: dom.offsetTop }),
  }
}

function points(list: TouchSource['touches']): TouchPoint[] {
  return Array.from((list ?? []) as ArrayLike<TouchPoint>, (touch, index) => toTouchPoint(touch, index))
}

function touchFields(event: EngineEvent): Dict {
  const source = event.getOriginalEvent() as TouchSource | undefined
  if (!source || !TOUCH_EVENT.test(event.type)) return {}
  const own = domOf(elementOf(event.currentTarget))
  const box = own?.tagName === CANVAS ? own.getBoundingClientRect() : undefined
  const placed = (touch: TouchPoint): Dict =>
    box ? { ...touch, x: touch.clientX - box.left, y: touch.clientY - box.top } : { ...touch }
  const touches = points(source.touches).map(placed)
  const changedTouches = points(source.changedTouches).map(placed)
  // The finger is gone when a tap is told, yet WeChat still lists it.
  const lifted = touches.length === 0 && !event.type.startsWith('touch')
  return { touches: lifted ? changedTouches : touches, changedTouches }
}

/** The event object for app code. */
function toAppEvent(event: EngineEvent): Dict {
  const detail = /^touch/.test(event.type) ? {} : (event.detail ?? {})
  return {
    type: event.type,
    timeStamp: Math.round(performance.now()),
    target: plainTarget(event.target),
    currentTarget: plainTarget(event.currentTarget),
    mark: event.mark ?? {},
    detail,
    mut: false,
    ...touchFields(event),
    ...event.extraFields,
  }
}

const replies = new WeakMap<object, unknown>()

type Listener = (this: unknown, event: unknown) => unknown

const scripts = new WeakSet<object>()

/** A WXS function is to answer an event. */
export function noteScript(handler: object): void {
  scripts.add(handler)
}

/** A WXS function changes the page through descriptors; `false` ends the event. */
function callScript(caller: object, event: EngineEvent, script: Listener): unknown {
  const instance = descriptorOf(elementOf(event.currentTarget))
  const run = script as (event: Dict, owner: unknown) => unknown
  return run({ ...toAppEvent(event), instance }, descriptorOf(elementOf(caller))) === false
    ? false
    : undefined
}

/** How app templates call a handler. Its return value goes no further: `false` would stop the event. */
export function callAppListener(caller: unknown, event: EngineEvent, listener: Listener): unknown {
  if (scripts.has(listener)) return callScript(caller as object, event, listener)
  const reply = listener.call(caller, toAppEvent(event))
  const { detail } = event
  if (reply !== undefined && typeof detail === 'object' && detail !== null) replies.set(detail, reply)
  return undefined
}

/** What the app's handler of an event with this detail returned. */
export function replyTo(detail: object): unknown {
  return replies.get(detail)
}

/** How templates of built-in components call a handler: with the framework's event. */
export function callBuiltinListener(caller: unknown, event: EngineEvent, listener: Listener): void {
  listener.call(caller, event)
}
