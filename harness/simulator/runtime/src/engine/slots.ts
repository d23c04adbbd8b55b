// Which slot takes the content of a component without `multipleSlots` in WeChat's default framework: the one
// without a name, or none. glass-easel, and so an app that asks for it, takes the first whatever its name.

import * as glassEasel from 'glass-easel'
import type { EngineElement } from './nodes'

interface SlotEntry {
  readonly value: EngineElement
  readonly next: SlotEntry | null
}

interface Root {
  _$subtreeSlotStart: SlotEntry | null
  /** Undefined with `multipleSlots` and `dynamicSlots`. */
  _$singleSlot?: EngineElement | null
  _$applySlotsInsertion(...place: unknown[]): void
  _$applySlotsRemoval(...place: unknown[]): void
  _$applySlotRename(...names: unknown[]): void
}

interface Elements {
  _$insertChildReassignSlot(
    root: Root,
    name: null,
    from: EngineElement | null,
    to: EngineElement | null,
  ): void
}

function taking(root: Root): EngineElement | null {
  for (let at = root._$subtreeSlotStart; at; at = at.next)
    if (!glassEasel.Element.getSlotName(at.value)) return at.value
  return null
}

function choose(root: Root, before: EngineElement | null): void {
  const now = taking(root)
  if (before === now) return
  root._$singleSlot = now
  ;(glassEasel.Element as unknown as Elements)._$insertChildReassignSlot(root, null, before, now)
}

export function patchSlots(): void {
  const roots = glassEasel.ShadowRoot.prototype as unknown as Root
  for (const change of ['_$applySlotsInsertion', '_$applySlotsRemoval', '_$applySlotRename'] as const) {
    const original = roots[change]
    roots[change] = function (this: Root, ...given) {
      if (this._$singleSlot === undefined) original.apply(this, given)
      else choose(this, this._$singleSlot)
    }
  }
}
