// wx.createAnimation: records steps; engine/animation.ts plays them.

import type { AnimationData, AnimationStep } from '../engine/animation'
import type { Dict } from '../types'

interface AnimationOptions {
  duration?: number
  timingFunction?: string
  delay?: number
  transformOrigin?: string
}

const TRANSFORMS = [
  'rotate',
  'rotate3d',
  'rotateX',
  'rotateY',
  'rotateZ',
  'scale',
  'scale3d',
  'scaleX',
  'scaleY',
  'scaleZ',
  'skew',
  'skewX',
  'skewY',
  'translate',
  'translate3d',
  'translateX',
  'translateY',
  'translateZ',
  'matrix',
  'matrix3d',
]

const STYLES: Dict<string> = {
  opacity: 'opacity',
  backgroundColor: 'background-color',
  width: 'width',
  height: 'height',
  left: 'left',
  right: 'right',
  top: 'top',
  bottom: 'bottom',
}

export function createAnimation(defaults: AnimationOptions = {}): Dict {
  let steps: AnimationStep[] = []
  let animates: AnimationStep['animates'] = []
  const animation: Dict = {
    step(options: AnimationOptions = {}) {
      const {
        duration = 400,
        timingFunction = 'linear',
        delay = 0,
        transformOrigin = '50% 50% 0',
      } = {
        ...defaults,
        ...options,
      }
      steps.push({ animates, option: { transition: { duration, timingFunction, delay }, transformOrigin } })
      animates = []
      return animation
    },
    export(): AnimationData {
      const actions = steps
      steps = []
      return { actions }
    },
  }
  for (const type of TRANSFORMS) {
    animation[type] = (...args: (string | number)[]) => {
      animates.push({ type, args })
      return animation
    }
  }
  for (const [name, property] of Object.entries(STYLES)) {
    animation[name] = (value: string | number) => {
      const css = typeof value === 'number' && name !== 'opacity' ? `${value}px` : value
      animates.push({ type: 'style', args: [property, css] })
      return animation
    }
  }
  return animation
}
