// The old drawing interface (wx.createCanvasContext): what is asked for is noted, and drawn by draw().

import type { Exceptions } from '../app/exceptions'
import { passOn } from '../fault'
import type { Dict } from '../types'

type Step = (context: CanvasRenderingContext2D, pictures: ReadonlyMap<string, CanvasImageSource>) => void

export interface LegacySurface {
  /** The surface, sized for its place on the page; undefined while there is no such canvas. */
  prepare(clear: boolean): { context: CanvasRenderingContext2D; ratio: number } | undefined
  picture(src: string): Promise<CanvasImageSource | undefined>
  /** Tells readers of the canvas when the drawing is done. */
  busy(drawing: Promise<void>): void
  readonly exceptions: Exceptions
}

const METHODS = [
  ...[
    'fillRect',
    'strokeRect',
    'clearRect',
    'beginPath',
    'closePath',
    'moveTo',
    'lineTo',
    'arc',
    'arcTo',
    'rect',
  ],
  ...['quadraticCurveTo', 'bezierCurveTo', 'fill', 'stroke', 'clip', 'save', 'restore', 'scale', 'rotate'],
  ...['translate', 'transform', 'setTransform', 'fillText', 'strokeText'],
] as const

const PROPERTIES = [
  ...[
    'fillStyle',
    'strokeStyle',
    'lineWidth',
    'lineCap',
    'lineJoin',
    'miterLimit',
    'globalAlpha',
    'textAlign',
  ],
  ...['textBaseline', 'font', 'globalCompositeOperation', 'shadowOffsetX', 'shadowOffsetY', 'shadowBlur'],
  ...['shadowColor', 'lineDashOffset'],
]

/** Setters that only give a property another name. */
const SETTERS: Dict<string> = {
  setFillStyle: 'fillStyle',
  setStrokeStyle: 'strokeStyle',
  setLineWidth: 'lineWidth',
  setLineCap: 'lineCap',
  setLineJoin: 'lineJoin',
  setMiterLimit: 'miterLimit',
  setGlobalAlpha: 'globalAlpha',
  setTextAlign: 'textAlign',
}

const START = '10px sans-serif'

/** The context of a canvas of the old interface. */
export function createLegacyContext(surface: LegacySurface): Dict {
  let steps: Step[] = []
  let wanted = new Set<string>()
  let font = START
  // Gradients and measures need a context of the browser before anything is drawn.
  const scratch = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D
  const put = (name: string, value: unknown): void => {
    steps.push((context) => {
      ;(context as unknown as Dict)[name] = value
    })
  }
  const setFont = (value: string): void => {
    font = value
    put('font', value)
  }

  const made: Dict = {
    setFontSize: (size: number) => setFont(font.replace(/[\d.]+px/, `${size}px`)),
    setTextBaseline: (value: string) => put('textBaseline', value === 'normal' ? 'alphabetic' : value),
    setLineDash: (pattern: number[], offset = 0) => {
      steps.push((context) => context.setLineDash(pattern))
      put('lineDashOffset', offset)
    },
    setShadow: (x: number, y: number, blur: number, color: string) => {
      const shadow = { shadowOffsetX: x, shadowOffsetY: y, shadowBlur: blur, shadowColor: color }
      for (const [name, value] of Object.entries(shadow)) put(name, value)
    },
    drawImage: (src: string, ...at: number[]) => {
      wanted.add(String(src))
      steps.push((context, pictures) => {
        const picture = pictures.get(String(src))
        if (picture)
          (context.drawImage as (picture: CanvasImageSource, ...at: number[]) => void)(picture, ...at)
      })
    },
    createLinearGradient: (...line: [number, number, number, number]) =>
      passOn(() => scratch.createLinearGradient(...line)),
    createCircularGradient: (x: number, y: number, radius: number) =>
      passOn(() => scratch.createRadialGradient(x, y, 0, x, y, radius)),
    measureText: (text: string) => {
      scratch.font = font
      return { width: scratch.measureText(text).width }
    },
    draw: (reserve = false, callback?: () => void) => {
      const [drawn, pictures] = [steps, [...wanted]]
      steps = []
      wanted = new Set()
      const drawing = paint(surface, drawn, pictures, reserve).then(() => {
        if (typeof callback === 'function') surface.exceptions.guard(callback)
      })
      surface.busy(drawing)
    },
  }
  for (const [name, property] of Object.entries(SETTERS))
    made[name] = (value: unknown) => put(property, value)
  for (const name of METHODS) {
    made[name] = (...args: unknown[]) => {
      steps.push((context) => {
        ;(context[name] as (...args: unknown[]) => void).apply(context, args)
      })
    }
  }
  for (const name of PROPERTIES) {
    Object.defineProperty(made, name, {
      get: () => (name === 'font' ? font : undefined),
      set: (value: unknown) => (name === 'font' ? setFont(String(value)) : put(name, value)),
    })
  }
  return made
}

async function paint(
  surface: LegacySurface,
  steps: Step[],
  sources: string[],
  reserve: boolean,
): Promise<void> {
  const loaded = await Promise.all(sources.map(async (src) => [src, await surface.picture(src)] as const))
  const pictures = new Map(
    loaded.filter((pair): pair is readonly [string, CanvasImageSource] => pair[1] !== undefined),
  )
  const prepared = surface.prepare(!reserve)
  if (!prepared) return
  const { context, ratio } = prepared
  context.save()
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  for (const step of steps) surface.exceptions.guard(() => passOn(() => step(context, pictures)))
  context.restore()
}
