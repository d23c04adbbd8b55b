// The attributes that bind an event: what their names say. A colon within the type of an event is one that
// the compiler takes for another prefix, so it is given a dot, which WeChat's compiler refuses in names.

interface EventAttribute {
  type: string
  /** Of `catch`: the event goes no further. */
  ends: boolean
  /** Of `mut-bind`: no other one of these hears it. */
  mutual: boolean
  captures: boolean
}

const EVENT = /^(capture-)?(mut-)?(bind|catch):?(.+)$/
const STAND_IN = '.'

export function eventAttribute(name: string): EventAttribute | undefined {
  const [, capture, mutual, kind, type] = EVENT.exec(name) ?? []
  if (type === undefined) return undefined
  return { type, ends: kind === 'catch', mutual: mutual !== undefined, captures: capture !== undefined }
}

/** The name of an attribute as the compiler is given it; as long as it is. */
export function nameForCompiler(name: string): string {
  const type = eventAttribute(name)?.type
  return type === undefined ? name : name.slice(0, -type.length) + type.replaceAll(':', STAND_IN)
}

/** The type of an event that the compiler was given in this way. */
export const eventType = (type: string): string => type.replaceAll(STAND_IN, ':')
