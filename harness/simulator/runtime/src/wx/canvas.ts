// Canvas APIs: contexts of the old interface, canvases off screen, and a canvas as a picture file or pixels.

import { CanvasControl } from '../builtins/canvas'
import { CanvasNode, surfaceOf } from '../builtins/canvas-node'
import { controlOf } from '../builtins/control'
import { elementOf } from '../engine/nodes'
import type { Dict } from '../types'
import { createLegacyContext, type LegacySurface } from './canvas-context'
import { ApiFailure, type Family, type WxContext } from './calls'

const QUALITY = 1

/**
 * A canvas of a component; of the page on top, and of none of its components, when none is named.
 * https://developers.weixin.qq.com/miniprogram/dev/api/canvas/wx.createCanvasContext.html
 */
function findCanvas({ pages }: WxContext, canvasId: unknown, component?: object): CanvasControl | undefined {
  const scope = component ?? pages.top?.instance
  const owner = scope && elementOf(scope)
  for (const dom of document.querySelectorAll('wx-canvas')) {
    const control = controlOf(dom.__wxElement)
    if (!(control instanceof CanvasControl) || control.canvasId !== String(canvasId)) continue
    if (control.node.ownerShadowRoot?.getHostNode() === owner) return control
  }
  return undefined
}

function demandCanvas(context: WxContext, canvasId: unknown, component?: object): CanvasControl {
  const found = findCanvas(context, canvasId, component)
  if (!found) throw new ApiFailure('canvas is empty')
  return found
}

function loadPicture(url: string): Promise<CanvasImageSource | undefined> {
  return new Promise((resolve) => {
    const picture = new Image()
    picture.crossOrigin = 'anonymous'
    picture.onload = () => resolve(picture)
    picture.onerror = () => resolve(undefined)
    picture.src = url
  })
}

function legacySurface(context: WxContext, canvasId: string, component?: object): LegacySurface {
  const { device } = context.options
  return {
    prepare(clear) {
      const control = findCanvas(context, canvasId, component)
      const drawing = control?.surface.getContext('2d')
      if (!control || !drawing) return undefined
      const { surface, dom } = control
      const [width, height] = [dom.clientWidth * device.pixelRatio, dom.clientHeight * device.pixelRatio]
      if (surface.width !== width || surface.height !== height) Object.assign(surface, { width, height })
      else if (clear) drawing.clearRect(0, 0, width, height)
      return { context: drawing, ratio: device.pixelRatio }
    },
    picture: (src) => loadPicture(context.assetUrl(src)),
    busy(drawing) {
      const control = findCanvas(context, canvasId, component)
      if (control) control.drawing = drawing
    },
    exceptions: context.exceptions,
  }
}

interface Region {
  x: number
  y: number
  width: number
  height: number
}

/** A part of a canvas in the pixels apps count in, and how many of the surface's one of them is. */
function regionOf(surface: HTMLCanvasElement, options: Dict): Region & { scale: number } {
  const shown = surface.isConnected ? surface.clientWidth : 0
  const scale = shown > 0 ? surface.width / shown : 1
  const x = Number(options['x'] ?? 0)
  const y = Number(options['y'] ?? 0)
  const width = Number(options['width'] ?? surface.width / scale - x)
  const height = Number(options['height'] ?? surface.height / scale - y)
  return { x, y, width, height, scale }
}

function encode(picture: HTMLCanvasElement, type: string, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    picture.toBlob(
      (blob) => {
        if (!blob) reject(new ApiFailure('the canvas has no pixels'))
        else resolve(blob.arrayBuffer().then((buffer) => new Uint8Array(buffer)))
      },
      type,
      quality,
    )
  })
}

async function surfaceFor(context: WxContext, options: Dict, component?: object): Promise<HTMLCanvasElement> {
  if (options['canvas'] instanceof CanvasNode) return surfaceOf(options['canvas'])
  const control = demandCanvas(context, options['canvasId'], component)
  await control.drawing
  return control.surface
}

export const canvasApis: Family = (context) => {
  const { device } = context.options
  const host = {
    pictureUrl: (src: string) => context.assetUrl(src),
    exceptions: context.exceptions,
  }
  return {
    values: {
      createCanvasContext: (canvasId: string, component?: object) =>
        createLegacyContext(legacySurface(context, canvasId, component)),
      createOffscreenCanvas(first: unknown, height?: number) {
        const options: Dict =
          typeof first === 'object' && first !== null ? (first as Dict) : { width: first, height }
        const surface = document.createElement('canvas')
        if (typeof options['width'] === 'number') surface.width = options['width']
        if (typeof options['height'] === 'number') surface.height = options['height']
        return new CanvasNode(surface, host)
      },
    },
    calls: {
      async canvasToTempFilePath(options, component) {
        const surface = await surfaceFor(context, options, component)
        const { x, y, width, height, scale } = regionOf(surface, options)
        if (!(width > 0 && height > 0)) throw new ApiFailure('the region of the canvas is empty')
        const picture = document.createElement('canvas')
        picture.width = Number(options['destWidth'] ?? width * device.pixelRatio)
        picture.height = Number(options['destHeight'] ?? height * device.pixelRatio)
        const drawing = picture.getContext('2d')
        const jpeg = options['fileType'] === 'jpg'
        if (drawing && jpeg) {
          drawing.fillStyle = '#ffffff'
          drawing.fillRect(0, 0, picture.width, picture.height)
        }
        drawing?.drawImage(
          surface,
          ...([x, y, width, height].map((each) => each * scale) as [number, number, number, number]),
          ...([0, 0, picture.width, picture.height] as const),
        )
        const bytes = await encode(
          picture,
          jpeg ? 'image/jpeg' : 'image/png',
          Number(options['quality'] ?? QUALITY),
        )
        return { tempFilePath: context.files.temporary(bytes, jpeg ? 'jpg' : 'png') }
      },
      async canvasGetImageData(options, component) {
        const { surface, drawing } = demandCanvas(context, options['canvasId'], component)
        await drawing
        const { x, y, width, height, scale } = regionOf(surface, options)
        const scaled = document.createElement('canvas')
        Object.assign(scaled, { width, height })
        const pixels = scaled.getContext('2d')
        pixels?.drawImage(surface, x * scale, y * scale, width * scale, height * scale, 0, 0, width, height)
        return { width, height, data: pixels?.getImageData(0, 0, width, height).data }
      },
      async canvasPutImageData(options, component) {
        const { surface, drawing } = demandCanvas(context, options['canvasId'], component)
        await drawing
        const { x, y, width, height, scale } = regionOf(surface, options)
        const pixels = document.createElement('canvas')
        Object.assign(pixels, { width, height })
        const data = new Uint8ClampedArray(options['data'] as ArrayBufferLike as ArrayBuffer)
        pixels.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0)
        surface.getContext('2d')?.drawImage(pixels, x * scale, y * scale, width * scale, height * scale)
        return undefined
      },
    },
  }
}
