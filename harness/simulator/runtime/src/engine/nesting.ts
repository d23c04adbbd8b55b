// How deep components may be drawn within each other. One that draws itself would be drawn until the stack
// is over, and what the stack then says names nothing of the app.

import { AppError } from '../errors'
import { drawnByItself } from '../wxml/templates'
import { shadowHost, type EngineComponent } from './nodes'

/** Components within components. The stack is over sooner only where each is within many tags. */
const DEEPEST = 100
const OVER = /^Maximum call stack size exceeded/

/** The functions that draw a template, made for one drawing. */
export interface Drawing {
  C: (...args: unknown[]) => void
  B?: unknown
}

/** A drawing that is told, with its file, where it is too deep: it draws nothing then. */
export function boundedDrawing(
  path: string,
  host: EngineComponent,
  draw: () => Drawing,
  onError: (error: unknown) => void,
): Drawing {
  if (depthOf(host) > DEEPEST) {
    const chain = `${path} in ${shadowHost(host)?.is ?? ''}`
    onError(
      new AppError(
        `${path}.wxml: components are drawn more than ${DEEPEST} deep (${chain}), end it with wx:if`,
      ),
    )
    return { C: () => undefined }
  }
  const drawing = draw()
  return {
    ...drawing,
    C: (...args) => {
      try {
        drawnByItself(() => {
          drawing.C(...args)
        })
      } catch (error) {
        if (!(error instanceof RangeError && OVER.test(error.message))) throw error
        throw new AppError(
          `${path}.wxml: it is nested too deep to be drawn, end it with wx:if or take it apart`,
        )
      }
    },
  }
}

function depthOf(host: EngineComponent): number {
  let depth = 0
  for (let at: EngineComponent | undefined = host; at && depth <= DEEPEST; at = shadowHost(at)) depth += 1
  return depth
}
