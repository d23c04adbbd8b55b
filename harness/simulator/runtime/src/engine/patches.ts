// Behaviour of framework elements that WeChat has and glass-easel 0.12.1 lacks: rpx in inline styles,
// `hidden` and `disabled` as booleans, object attributes, the attributes `animation` and `decode`.

import * as glassEasel from 'glass-easel'
import { inlineRpx } from '../wxss/rpx'
import { playAnimation, type AnimationData } from './animation'
import { keepAttribute, type EngineElement, type EngineNative } from './nodes'
import { patchTexts, setDecoding } from './text-decoding'

type SetStyle = (this: EngineElement, style: string, segment?: number) => void
type UpdateAttribute = (this: EngineElement, name: string, value: unknown) => void

/** `hidden` alone means hidden, `disabled=""` means enabled, as in WeChat. */
export function truthyAttribute(name: string, value: unknown): boolean {
  if (value === '') return name === 'hidden'
  return value !== false && value !== undefined && value !== null
}

/** What `wx.createAnimation().export()` gave; anything else means no animation. */
function isAnimation(value: unknown): value is AnimationData {
  return Array.isArray((value as Partial<AnimationData> | null | undefined)?.actions)
}

export function patchElements(screenWidth: () => number): void {
  const elements = glassEasel.Element.prototype as unknown as { setNodeStyle: SetStyle }
  const setNodeStyle = elements.setNodeStyle
  elements.setNodeStyle = function (style: unknown, segment) {
    setNodeStyle.call(
      this,
      inlineRpx(style === undefined || style === null ? '' : String(style), screenWidth()),
      segment,
    )
  }

  const natives = glassEasel.NativeNode.prototype as unknown as { updateAttribute: UpdateAttribute }
  const updateAttribute = natives.updateAttribute
  patchTexts()
  natives.updateAttribute = function (name, value) {
    if (name === 'decode' && (this as EngineNative).is === 'text') setDecoding(this, value)
    if (name === 'animation') {
      if (isAnimation(value)) playAnimation(this, value)
    } else if (name === 'hidden' || name === 'disabled') {
      updateAttribute.call(this, name, truthyAttribute(name, value))
    } else if (typeof value === 'object' && value !== null) {
      keepAttribute(this, name, value)
    } else {
      updateAttribute.call(this, name, value)
    }
  }
}
