// Plays what wx.createAnimation exports: steps of transforms and styles, one after the other.

import type { EngineElement } from './nodes'

export interface AnimationStep {
  animates: { type: string; args: (string | number)[] }[]
  option: { transition: { duration: number; timingFunction: string; delay: number }; transformOrigin: string }
}

export interface AnimationData {
  actions: AnimationStep[]
}

/** Segment of the inline style that templates do not write. */
const STYLE_SEGMENT = 2

function argument(type: string, value: string | number): string {
  if (typeof value !== 'number') return value
  if (type.startsWith('translate')) return `${value}px`
  if (type === 'rotate3d' || type.startsWith('scale') || type.startsWith('matrix')) return String(value)
  return `${value}deg`
}

/** A transform as the style has it. */
export function transform(type: string, args: readonly (string | number)[]): string {
  return `${type}(${args.map((value) => argument(type, value)).join(',')})`
}

export function stepStyle({ animates, option }: AnimationStep): string {
  const { duration, timingFunction, delay } = option.transition
  const transforms = animates
    .filter(({ type }) => type !== 'style')
    .map(({ type, args }) => transform(type, args))
  const styles = animates.filter(({ type }) => type === 'style').map(({ args }) => `${args[0]}:${args[1]}`)
  return [
    `transition:all ${duration}ms ${timingFunction} ${delay}ms`,
    `transform-origin:${option.transformOrigin}`,
    ...(transforms.length > 0 ? [`transform:${transforms.join(' ')}`] : []),
    ...styles,
  ].join(';')
}

/** Goes on once the time is up and what is animated is drawn at its end, or was taken away. */
export function whenOver(animations: readonly Animation[], duration: number, then: () => void): void {
  const ends = animations.map(({ finished }) => finished)
  // By timers: what the app's code throws then is an error like any other, not a rejection of ours.
  setTimeout(() => void Promise.allSettled(ends).then(() => setTimeout(then)), duration)
}

function isStep(value: unknown): value is AnimationStep {
  const { animates, option } = (value ?? {}) as Partial<AnimationStep>
  const are = Array.isArray(animates) && animates.every((each: unknown) => Array.isArray(Object(each).args))
  return are && typeof option?.transition === 'object'
}

/** Plays what `wx.createAnimation().export()` gave; any other value of the attribute means no animation. */
export function playAnimation(element: EngineElement, data: unknown): void {
  const actions = (data as Partial<AnimationData> | null | undefined)?.actions
  let start = 0
  for (const step of Array.isArray(actions) ? actions.filter(isStep) : []) {
    setTimeout(() => element.setNodeStyle(stepStyle(step), STYLE_SEGMENT), start)
    start += step.option.transition.duration + step.option.transition.delay
  }
}
