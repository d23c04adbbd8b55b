// wx.createVideoContext: steers a <video> by its id, on the page on top or in a component.

import { controlOf } from '../builtins/control'
import { VIDEO_METHODS, VideoControl } from '../builtins/video'
import type { Family } from './calls'
import { selectNodes } from './selector-query'

export const videoContexts: Family = ({ pages }) => ({
  values: {
    createVideoContext: (id: string, component?: object) => {
      const scope = component ?? pages.top?.instance
      const steer = (method: (typeof VIDEO_METHODS)[number], args: unknown[]): void => {
        const [node] = scope ? selectNodes(scope, `#${id}`, false) : []
        const control = controlOf(node)
        if (control instanceof VideoControl) control.call(method, args)
      }
      const methods = VIDEO_METHODS.map((name) => [name, (...args: unknown[]) => steer(name, args)])
      return Object.fromEntries(methods) as Record<string, (...args: unknown[]) => void>
    },
  },
})
