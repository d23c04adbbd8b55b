// The kinds of failure this runtime raises on purpose, each with who has to mend it. Any other error of this
// runtime is a fault of its own: see fault.ts.

/** What the app asked for is refused, as a phone would refuse it: the app's to mend. */
export class AppError extends Error {}

/** The app uses what this simulator does not have: nothing is wrong with the app. */
export class NotSimulated extends Error {}

/** The source tree cannot run. The message is one line: `file:line: what, what to do; did you mean …?` */
export class SourceError extends AppError {
  override readonly name = 'SourceError'

  constructor(
    readonly path: string,
    readonly line: number,
    what: string,
    todo?: string,
    nearest?: string,
  ) {
    const advice = todo === undefined ? '' : `, ${todo}`
    super(`${path}:${line}: ${what}${advice}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`)
  }

  /** The message without the place. */
  get fault(): string {
    return this.message.slice(`${this.path}:${this.line}: `.length)
  }
}

/** Takes an error of a file that the app can do without. It concerns the users of `file`, else of its own. */
export type OnSourceError = (error: SourceError, file?: string) => void

export const refuse: OnSourceError = (error) => {
  throw error
}

/** An automation request cannot be answered; the message goes to the client as it is. */
export class AutomationError extends Error {
  override readonly name = 'AutomationError'
}

export const unimplemented = (name: string): AutomationError => new AutomationError(`${name} unimplemented`)
export const pageDestroyed = (): AutomationError => new AutomationError('page destroyed')
export const noSuchElement = (): AutomationError => new AutomationError('no such element')

/** Any thrown value as message and stack; frames of the runtime itself are left out. */
export function describeError(thrown: unknown): { message: string; stack: string } {
  if (thrown instanceof Error) {
    return { message: `${thrown.name}: ${thrown.message}`.replace(/^Error: /, ''), stack: appStack(thrown) }
  }
  const record = thrown as { errMsg?: unknown; message?: unknown } | null | undefined
  const message = String(record?.errMsg ?? record?.message ?? thrown)
  return { message, stack: '' }
}

const RUNTIME_FRAME = /(__host\/host\.js|<anonymous>:\d+:\d+\)?$|pptr:|UtilityScript)/

/** The stack of an error with only the frames of the mini-program's own files. */
function appStack(error: Error): string {
  const lines = (error.stack ?? '').split('\n')
  const head = lines.filter((line) => !/^\s+at /.test(line))
  const frames = lines.filter((line) => /^\s+at /.test(line) && !RUNTIME_FRAME.test(line))
  return [...(head.length > 0 ? head : [String(error)]), ...frames].join('\n')
}
