// The automation protocol's methods in one table. An unknown method is said to be so.

import { unimplemented } from '../errors'
import type { Dict } from '../types'
import { toWire } from '../wire'
import { appHandlers } from './app'
import type { AutomationContext, Handlers } from './context'
import { elementHandlers } from './element'
import { hostHandlers } from './host'
import { pageHandlers } from './page'

export class Automation {
  private readonly handlers: Handlers

  constructor(context: AutomationContext) {
    this.handlers = {
      ...appHandlers(context),
      ...pageHandlers(context),
      ...elementHandlers(context),
      ...hostHandlers(context),
    }
  }

  async call(method: string, params: Dict): Promise<Dict> {
    const handler = this.handlers[method]
    if (!handler) throw unimplemented(method)
    return (toWire(await handler(params)) ?? {}) as Dict
  }
}
