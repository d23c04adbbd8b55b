// Connects built-in components with the app: assets, routes, open-type answers, pickers.

import { playAnimation, type AnimationData } from '../engine/animation'
import { shadowHost, type EngineComponent } from '../engine/nodes'
import type { Exceptions } from '../app/exceptions'
import type { Pages } from '../app/pages'
import type { Bridge } from '../bridge'
import { resolvePath } from '../paths'
import type { Dict } from '../types'
import type { Dialogs } from '../ui/dialogs'
import { pickFromSheet, type OpenPicker } from '../ui/picker-sheet'
import type { Gaps } from '../wx/calls'
import type { Files } from '../wx/file-tree'
import type { World } from '../wx/world'
import type { CanvasHost } from './canvas-node'
import type { BuiltinHost } from './control'

interface Parts {
  readonly bridge: Bridge
  readonly files: Files
  readonly world: World
  readonly dialogs: Dialogs
  readonly exceptions: Exceptions
  readonly gaps: Gaps
  readonly pages: Pages
  readonly wx: () => Dict
}

const ABSOLUTE_URL = /^([a-z]+:|\/\/)/i

export class PageHost implements BuiltinHost {
  constructor(private readonly parts: Parts) {}

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
      guard: (run) => this.parts.exceptions.guard(run),
    }
  }

  keyboardHeight(): number {
    return Number(this.parts.world.fact('keyboardHeight') ?? 0)
  }

  navigate(kind: string, options: Dict): void {
    const api = this.parts.wx()[kind]
    if (typeof api === 'function')
      this.parts.exceptions.guard(() => Reflect.apply(api, this.parts.wx(), [options]))
  }

  async openType(type: string, node: EngineComponent): Promise<Dict | null> {
    if (type === 'share') return this.share(node)
    if (type === 'getPhoneNumber' || type === 'getRealtimePhoneNumber') return this.phoneNumber(type)
    const answer = await this.parts.bridge.askPerson(`button.${type}`, { openType: type })
    if (answer) return { errMsg: `${type}:ok`, ...answer }
    this.parts.gaps.note(`button open-type=${type}`)
    return { errMsg: `${type}:fail not supported by the simulator` }
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
    playAnimation(node, data as AnimationData)
  }

  private async phoneNumber(type: string): Promise<Dict> {
    const reply = await this.parts.bridge.ask('phoneNumber', {})
    if (typeof reply?.['code'] === 'string') return { errMsg: `${type}:ok`, code: reply['code'] }
    return { errMsg: `${type}:fail ${String(reply?.['error'] ?? 'no permission')}` }
  }

  private share(node: EngineComponent): null {
    const page = this.parts.pages.top
    const target = { id: node.id, dataset: { ...(node.dataset as Dict) } }
    if (page) this.parts.exceptions.call(page.instance, 'onShareAppMessage', { from: 'button', target })
    return null
  }
}
