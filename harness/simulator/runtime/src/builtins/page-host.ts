// Connects built-in components with the app: assets, routes, open-type answers, pickers.

import { playAnimation } from '../engine/animation'
import { domOf, shadowHost, type EngineComponent } from '../engine/nodes'
import type { Chrome } from '../app/chrome'
import type { Exceptions } from '../app/exceptions'
import type { Pages } from '../app/pages'
import type { Bridge } from '../bridge'
import { resolvePath } from '../paths'
import type { Dict } from '../types'
import type { Dialogs } from '../ui/dialogs'
import { pickFromSheet, type OpenPicker } from '../ui/picker-sheet'
import type { Gaps } from '../wx/calls'
import type { Files } from '../wx/file-tree'
import type { DeviceState } from '../wx/device-state'
import type { CanvasHost } from './canvas-node'
import type { BuiltinHost } from './control'
import { OpenTypes, type Opened } from './open-types'

interface Parts {
  readonly bridge: Bridge
  readonly files: Files
  readonly deviceState: DeviceState
  readonly chrome: () => Chrome
  readonly dialogs: Dialogs
  readonly exceptions: Exceptions
  readonly gaps: Gaps
  readonly pages: Pages
  readonly demandPrivacy: (api: string) => Promise<void>
  readonly wx: () => Dict
}

const ABSOLUTE_URL = /^([a-z]+:|\/\/)/i

export class PageHost implements BuiltinHost {
  private readonly openTypes: OpenTypes

  constructor(private readonly parts: Parts) {
    this.openTypes = new OpenTypes({ ...parts, assetUrl: (src) => this.assetUrl(src) })
  }

  assetUrl(src: string, node?: EngineComponent): string {
    const { files, pages } = this.parts
    if (files.isLocal(src) && files.exists(src)) return files.urlOf(src)
    if (ABSOLUTE_URL.test(src)) return src
    const from = node ? shadowHost(node)?.is : pages.top?.route
    return `/${resolvePath(from ?? '', src)}`
  }

  canvas(node: EngineComponent): CanvasHost {
    return {
      pictureUrl: (src) => this.assetUrl(src, node),
      exceptions: this.parts.exceptions,
    }
  }

  pageSettings(node: EngineComponent, settings: Dict): void {
    const dom = domOf(node)?.closest('wx-mp-page')
    const entry = this.parts.pages.stack.find(({ component }) => domOf(component) === dom)
    // A page that is being opened is not on the stack yet; what it says counts as soon as it is.
    if (entry) this.parts.chrome().setBar(entry, settings)
    else requestAnimationFrame(() => dom?.isConnected && this.pageSettings(node, settings))
  }

  cover(node: EngineComponent, close: () => void): void {
    this.parts.pages.covers.set(node, close)
  }

  uncover(node: EngineComponent): void {
    this.parts.pages.covers.delete(node)
  }

  gap(what: string): void {
    this.parts.gaps.note(what)
  }

  keyboardHeight(): number {
    return Number(this.parts.deviceState.fact('keyboardHeight') ?? 0)
  }

  navigate(kind: string, options: Dict): void {
    const api = this.parts.wx()[kind]
    if (typeof api === 'function')
      this.parts.exceptions.guard(() => Reflect.apply(api, this.parts.wx(), [options]))
  }

  openType(type: string, node: EngineComponent): Promise<Opened[]> {
    return this.openTypes.open(type, node)
  }

  pick(options: Dict, onColumn: (column: number, value: number) => void): OpenPicker | undefined {
    const sheet = pickFromSheet(this.parts.dialogs, options, onColumn)
    if (!sheet) this.parts.gaps.note(`picker mode=${String(options['mode'])}`)
    void this.parts.bridge.askPerson('picker', options).then((answer) => {
      if (answer) sheet?.answer(answer['cancel'] === true ? null : answer)
    })
    return sheet
  }

  animate(node: EngineComponent, data: unknown): void {
    playAnimation(node, data)
  }
}
