// What an app holds of a canvas (`type="2d"`, or off screen): the browser's own drawing on a surface of ours,
// with the names of WeChat and pictures by the app's paths.

import type { Exceptions } from '../app/exceptions'
import { passOn } from '../fault'
import type { Dict } from '../types'

type Drawable = CanvasImageSource | CanvasNode

export interface CanvasHost {
  /** The address of a picture named by the app. */
  pictureUrl(src: string): string
  readonly exceptions: Exceptions
}

/** `instance` shows another object's place in an own property, as accessors of the class would be shared. */
function own(instance: object, name: string, get: () => unknown, set?: (value: unknown) => void): void {
  Object.defineProperty(instance, name, { configurable: true, get, set })
}

const surfaces = new WeakMap<CanvasNode, HTMLCanvasElement>()

export function surfaceOf(node: CanvasNode): HTMLCanvasElement {
  const surface = surfaces.get(node)
  if (!surface) throw new Error('not a canvas')
  return surface
}

function toSource(drawn: Drawable): CanvasImageSource {
  return drawn instanceof CanvasNode ? surfaceOf(drawn) : drawn
}

export class CanvasNode {
  private readonly contexts = new Map<string, RenderingContext | null>()

  constructor(
    surface: HTMLCanvasElement,
    private readonly host: CanvasHost,
  ) {
    surfaces.set(this, surface)
  }

  get width(): number {
    return surfaceOf(this).width
  }

  set width(value: number) {
    surfaceOf(this).width = value
  }

  get height(): number {
    return surfaceOf(this).height
  }

  set height(value: number) {
    surfaceOf(this).height = value
  }

  getContext(type: string, attributes?: object): RenderingContext | null {
    const known = this.contexts.get(type)
    if (known !== undefined) return known
    const context = surfaceOf(this).getContext(type, attributes) as RenderingContext | null
    if (context instanceof CanvasRenderingContext2D) this.adapt(context)
    this.contexts.set(type, context)
    return context
  }

  /** A picture to draw; `src` is a path of the app, a file of its own, or an address. */
  createImage(): HTMLImageElement {
    const picture = new Image()
    picture.crossOrigin = 'anonymous'
    let given = ''
    own(
      picture,
      'src',
      () => given,
      (value) => {
        given = String(value)
        picture.setAttribute('src', this.host.pictureUrl(given))
      },
    )
    return picture
  }

  createImageData(width = 1, height = 1): ImageData {
    return passOn(() => new ImageData(width, height))
  }

  createPath2D(path?: Path2D | string): Path2D {
    return passOn(() => new Path2D(path))
  }

  requestAnimationFrame(run: (time: number) => void): number {
    return requestAnimationFrame((time) => this.host.exceptions.guard(run, time))
  }

  cancelAnimationFrame(id: number): void {
    cancelAnimationFrame(id)
  }

  toDataURL(type?: string, quality?: number): string {
    return surfaceOf(this).toDataURL(type, quality)
  }

  private adapt(context: CanvasRenderingContext2D): void {
    const drawImage = context.drawImage.bind(context) as (source: CanvasImageSource, ...at: number[]) => void
    const createPattern = context.createPattern.bind(context)
    const adapted: Dict = {
      drawImage: (source: Drawable, ...at: number[]) => passOn(() => drawImage(toSource(source), ...at)),
      createPattern: (source: Drawable, repeat: string | null) =>
        passOn(() => createPattern(toSource(source), repeat)),
    }
    Object.assign(context, adapted)
    own(context, 'canvas', () => this)
  }
}
