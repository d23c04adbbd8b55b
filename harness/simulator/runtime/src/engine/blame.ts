// Whose template a warning of the framework is about: it warns about property values without saying whose.

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

/** Path of the page or component whose template wrote the value that is being taken. */
export function writerOfValue(): string | undefined {
  return receiving && (shadowHost(receiving) ?? receiving).is
}
