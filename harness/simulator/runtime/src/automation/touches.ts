// Touches the driver describes itself, fed to the same recogniser as real ones.

import { toTouchPoint, type TouchPoint } from '../engine/events'
import type { InputEvent } from '../engine/gestures'
import type { PageBackend } from '../engine/backend'
import type { Dict } from '../types'
import { aimOf, largestBox } from './aim'
import type { AppNode } from './elements'
import { list } from './values'

type TouchType = 'touchstart' | 'touchmove' | 'touchend' | 'touchcancel'

function centre(node: AppNode): TouchPoint {
  const box = largestBox(aimOf(node).boxes()) ?? node.getBoundingClientRect()
  const clientX = box.left + box.width / 2
  const clientY = box.top + box.height / 2
  return toTouchPoint({ clientX, clientY, pageX: clientX + window.scrollX, pageY: clientY + window.scrollY })
}

function pointsOf(value: unknown, fallback: TouchPoint[]): TouchPoint[] {
  const given = list(value)
  return given.length === 0
    ? fallback
    : given.map((touch, index) => toTouchPoint(touch as Partial<TouchPoint>, index))
}

export function sendTouch(backend: PageBackend, node: AppNode, type: TouchType, params: Dict): void {
  const ended = type === 'touchend' || type === 'touchcancel'
  const touches = pointsOf(params['touches'], ended ? [] : [centre(node)])
  const changed = pointsOf(
    params['changedTouches'] ?? params['changeTouches'],
    ended ? [centre(node)] : touches,
  )
  const event: InputEvent = {
    target: node,
    touches,
    changedTouches: changed,
    preventDefault: () => undefined,
  }
  backend.trigger(event, type, {})
  for (const touch of changed) {
    if (type === 'touchstart') backend.gestures.start(event, touch)
    else if (type === 'touchmove') backend.gestures.move(touch)
    else if (type === 'touchend') backend.gestures.end(event, touch)
    else backend.gestures.cancel(touch.identifier)
  }
}
