// Behaviour of framework elements that WeChat has and glass-easel 0.12.1 lacks: rpx in inline styles,
// booleans, object attributes, the attributes `animation` and `decode`.

import * as glassEasel from 'glass-easel'
import { inlineRpx } from '../wxss/rpx'
import { playAnimation } from './animation'
import { keepAttribute, type EngineElement, type EngineNative } from './nodes'
import { patchTexts, setDecoding } from './text-decoding'

type SetStyle = (this: EngineElement, style: string, segment?: number) => void
type UpdateAttribute = (this: EngineElement, name: string, value: unknown) => void

/**
 * Boolean attributes of tags that are no components. As with boolean properties, `hidden` alone is true, and
 * so is the text "false"; 0, NaN and `hidden=""` are not.
 */
const BOOLEANS: ReadonlySet<string> = new Set(['hidden', 'disabled', 'selectable', 'user-select', 'decode'])

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
    if (name === 'decode' && (this as EngineNative).is === 'text') setDecoding(this, Boolean(value))
    if (name === 'animation') {
      playAnimation(this, value)
    } else if (BOOLEANS.has(name)) {
      updateAttribute.call(this, name, Boolean(value))
    } else if (typeof value === 'object' && value !== null) {
      keepAttribute(this, name, value)
    } else {
      updateAttribute.call(this, name, value)
    }
  }
}
