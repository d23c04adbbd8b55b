// Exceptions with a bridge that keeps what it is told.

import { Exceptions } from '../src/app/exceptions'
import type { Bridge } from '../src/bridge'

type Told = [kind: string, message: unknown]

export function listening(): { exceptions: Exceptions; told: Told[] } {
  const told: Told[] = []
  const bridge = {
    tell: (kind: string, payload: Record<string, unknown>) => void told.push([kind, payload['message']]),
    event: (method: string, params: Record<string, unknown>) => void told.push([method, params['message']]),
  }
  return { exceptions: new Exceptions(bridge as unknown as Bridge), told }
}
