// Whose template is at fault: the framework warns about property values without saying whose, and not at all
// about a handler that nobody wrote.

import * as glassEasel from 'glass-easel'
import { shadowHost, type EngineComponent } from './nodes'

interface DataGroup {
  _$comp: EngineComponent | null
  applyDataUpdates(skipModelListener?: boolean): void
}

let receiving: EngineComponent | undefined

/** Notes which component is taking values, from here on. */
export function watchValues(): void {
  const groups = glassEasel.DataGroup.prototype as unknown as DataGroup
  const apply = groups.applyDataUpdates
  groups.applyDataUpdates = function (skipModelListener) {
    const before = receiving
    receiving = this._$comp ?? before
    try {
      apply.call(this, skipModelListener)
    } finally {
      receiving = before
    }
  }
}

/** The component that is taking a value. */
export const receiver = (): EngineComponent | undefined => receiving

/** Path of the page or component whose template wrote the value that a component is taking. */
export const writerFor = (component: EngineComponent): string => (shadowHost(component) ?? component).is

interface Methods {
  getMethod(component: EngineComponent, name: string): unknown
}

/** Tells, once each, from here on, when an event is for a method that the page or component does not have. */
export function watchHandlers(onMissing: (path: string, handler: string) => void): void {
  const methods = glassEasel.Component as unknown as Methods
  const { getMethod } = methods
  const told = new Set<string>()
  methods.getMethod = (component, name) => {
    const method = getMethod(component, name)
    const which = `${component.is} ${name}`
    if (typeof method !== 'function' && !told.has(which)) {
      told.add(which)
      onMissing(component.is, name)
    }
    return method
  }
}
