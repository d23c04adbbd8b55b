// The interface of the page runtime with its host: what it is given at boot and what it reports back.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Dict<T = unknown> = Record<string, T>
export type AnyFunction = (...args: never[]) => unknown

export interface Device {
  model: string
  width: number
  height: number
  pixelRatio: number
  system: string
  statusBarHeight: number
}

export interface BootOptions {
  appId: string
  launchPath?: string
  launchQuery?: Dict<string>
  storage: Dict
  /** Keys of `storage` that were stored with `encrypt`. */
  sealed?: string[]
  /** What the person allowed or refused this app before: `scope.…` to yes or no. */
  granted: Dict<boolean>
  /** What the phone reports: network type, battery, brightness, theme, place. */
  deviceState: Dict
  scene: number
  sdkVersion: string
  device: Device
}

/** A mini-program source tree: POSIX path from the project root → text. */
export interface AppPackage {
  files: Dict<string>
  /** What is wrong with files that the app can do without; `file` is the one whose users it concerns. */
  errors?: { path: string; line: number; message: string; file: string }[]
  /** Plugin (`less`, `sass`) → the scripts that build its sheets, unless an earlier boot has built them. */
  preprocessors?: Dict<string[]>
  /** `templates` of the report of an earlier boot of the same tree. */
  templates?: string
  options: BootOptions
}

export type DiagnosticLevel = 'note' | 'warning' | 'error' | 'fatal'

export interface Diagnostic {
  path: string
  /** Counted from 1, as is the column; left out where it is not known. */
  line?: number
  column?: number
  level: DiagnosticLevel
  message: string
}

export interface BootReport {
  route: string
  pageId: number
  templates: string
  diagnostics: Diagnostic[]
  timing: Dict<number>
}

/** What a boot ends with when the source tree is broken. */
export interface BootRefusal {
  broken: { path: string; line: number; message: string }
}
