// What the `open-type` of a button does: asks the person, shares a card, opens what WeChat would open.

import type { Dict } from '../types'
import { isVendor } from '../config'
import { shadowHost, type EngineComponent } from '../engine/nodes'
import type { Exceptions } from '../app/exceptions'
import type { Pages } from '../app/pages'
import type { Bridge } from '../bridge'
import type { Dialogs } from '../ui/dialogs'
import { askSheet, shareSheet } from '../ui/sheets'
import { failureResult, NOT_SUPPORTED, type Gaps } from '../wx/calls'
import { fromBase64 } from '../wx/encodings'
import type { Files } from '../wx/file-tree'

interface OpenTypeParts {
  readonly bridge: Bridge
  readonly dialogs: Dialogs
  readonly exceptions: Exceptions
  readonly files: Files
  readonly gaps: Gaps
  readonly pages: Pages
  readonly assetUrl: (src: string) => string
  /** Resolves when the person has agreed to give away what is private. */
  readonly demandPrivacy: (api: string) => Promise<void>
  readonly wx: () => Dict
}

/** The event a button fires, without `bind`. */
export interface Opened {
  event: string
  detail: Dict
}

const AVATAR_PX = 132
/** Types that nothing here answers. */
const DOCUMENTED = ['feedback', 'liveActivity', 'openGroupProfile', 'openGuildProfile', 'openPublicProfile']
const PRIVATE = ['chooseAvatar', 'getPhoneNumber', 'getRealtimePhoneNumber']

/** What a wx API says, whether it succeeds or fails. */
function ask(wx: Dict, api: string): Promise<Dict> {
  return new Promise((resolve) => {
    const call = wx[api]
    if (typeof call === 'function') Reflect.apply(call, wx, [{ success: resolve, fail: resolve }])
    else resolve({ errMsg: `${api}:fail` })
  })
}

export class OpenTypes {
  private readonly types: Dict<(node: EngineComponent, type: string) => Promise<Opened | undefined>> = {
    share: (node) => this.share(node),
    getPhoneNumber: (_node, type) => this.phoneNumber(type),
    getRealtimePhoneNumber: (_node, type) => this.phoneNumber(type),
    chooseAvatar: () => this.avatar(),
    contact: (node) => this.contact(node),
    openSetting: () => this.api('openSetting'),
    getUserInfo: () => this.api('getUserInfo'),
    agreePrivacyAuthorization: (_node, type) =>
      Promise.resolve({ event: type, detail: { errMsg: `${type}:ok` } }),
    launchApp: () => Promise.resolve({ event: 'error', detail: { errMsg: 'invalid scene' } }),
  }

  constructor(private readonly parts: OpenTypeParts) {}

  /** One type, or several joined by `|`. */
  async open(openType: string, node: EngineComponent): Promise<Opened[]> {
    const opened = await Promise.all(openType.split('|').map((type) => this.openOne(type.trim(), node)))
    return opened.filter((each): each is Opened => each !== undefined)
  }

  private async openOne(type: string, node: EngineComponent): Promise<Opened | undefined> {
    try {
      if (PRIVATE.includes(type)) await this.parts.demandPrivacy(type)
    } catch (error) {
      return { event: type, detail: failureResult(this.parts.exceptions, type, error) }
    }
    const known = this.types[type]
    if (known) return known(node, type)
    const answer = await this.parts.bridge.askPerson(`button.${type}`, { openType: type })
    if (answer) return { event: type, detail: { errMsg: `${type}:ok`, ...answer } }
    // What a package means by a type that is none is its makers' to mend; WeChat does nothing then.
    if (!DOCUMENTED.includes(type) && isVendor(shadowHost(node)?.is ?? '')) return undefined
    this.parts.gaps.note(`button open-type=${type}`)
    return { event: type, detail: { errMsg: `${type}:fail ${NOT_SUPPORTED}` } }
  }

  private async api(name: string): Promise<Opened> {
    return { event: name, detail: await ask(this.parts.wx(), name) }
  }

  /** The person agrees as the test says; with the answer `{ask: true}` they are asked on the screen. */
  private async phoneNumber(type: string): Promise<Opened> {
    const { bridge, dialogs } = this.parts
    const failed = (reason: string): Opened => ({ event: type, detail: { errMsg: `${type}:fail ${reason}` } })
    const answer = await bridge.askPerson('getPhoneNumber', { openType: type })
    if (answer?.['ask'] === true) {
      const asked = askSheet(dialogs, {
        name: 'getPhoneNumber',
        title: '获取并验证你的手机号',
        choices: ['微信绑定号码'],
      })
      if (!(await asked.result).confirm) return failed('user deny')
    }
    const reply = await bridge.ask('phoneNumber', {})
    if (typeof reply?.['code'] === 'string') {
      return { event: type, detail: { errMsg: `${type}:ok`, code: reply['code'] } }
    }
    return failed(String(reply?.['error'] ?? 'no permission'))
  }

  private async avatar(): Promise<Opened | undefined> {
    const event = 'chooseAvatar'
    const answer = await this.parts.bridge.askPerson(`button.${event}`, { openType: event })
    if (typeof answer?.['avatarUrl'] === 'string')
      return { event, detail: { avatarUrl: answer['avatarUrl'] } }
    if (answer?.['error'] !== undefined) return undefined
    const [chosen] = (answer?.['chosen'] ?? []) as { base64: string; name: string }[]
    if (chosen) return { event, detail: { avatarUrl: this.store(fromBase64(chosen.base64), chosen.name) } }
    const items = ['用微信头像', '从相册选择', '拍照']
    if ((await this.parts.dialogs.sheet(items, event).result) === null) return undefined
    return { event, detail: { avatarUrl: this.store(await plainAvatar(), 'avatar.png') } }
  }

  private store(bytes: Uint8Array<ArrayBuffer>, name: string): string {
    return this.parts.files.temporary(bytes, name.split('.').at(-1) ?? 'png')
  }

  private contact(node: EngineComponent): Promise<Opened> {
    this.parts.gaps.note('conversation with customer service')
    const data = node.data as Dict
    const path = String(data['sendMessagePath'] ?? '') || (this.parts.pages.top?.route ?? '')
    return Promise.resolve({ event: 'contact', detail: { errMsg: 'enterContact:ok', path, query: {} } })
  }

  private async share(node: EngineComponent): Promise<undefined> {
    const { bridge, dialogs, exceptions, pages } = this.parts
    const page = pages.top
    if (!page) return undefined
    const target = { id: node.id, dataset: { ...(node.dataset as Dict) } }
    const card = await shareCard(
      exceptions.call(page.instance, 'onShareAppMessage', { from: 'button', target }),
    )
    const imageUrl = typeof card['imageUrl'] === 'string' ? this.parts.assetUrl(card['imageUrl']) : undefined
    const title = String(card['title'] ?? dialogs.appName)
    const sheet = shareSheet(dialogs, 'shareAppMessage', {
      title,
      ...(imageUrl !== undefined && { imageUrl }),
    })
    const answer = await bridge.askPerson('shareAppMessage', { title })
    const sent = answer ? answer['target'] !== 'cancel' : undefined
    if (sent !== undefined) sheet.answer({ confirm: sent, cancel: !sent })
    const { confirm } = await sheet.result
    const path = String(card['path'] ?? `/${page.route}`)
    const to = String(answer?.['target'] ?? 'friend')
    const detail = { title, path, imageUrl: card['imageUrl'] ?? '', to }
    if (confirm) bridge.tell('effect', { api: 'shareAppMessage', detail })
    return undefined
  }
}

/** What onShareAppMessage returned, with its `promise` waited for. */
async function shareCard(returned: unknown): Promise<Dict> {
  const card = (typeof returned === 'object' && returned !== null ? returned : {}) as Dict
  if (!(card['promise'] instanceof Promise)) return card
  const late: unknown = await card['promise'].catch(() => ({}))
  return { ...card, ...(typeof late === 'object' ? late : {}) }
}

/** The avatar of somebody who has none: a head on grey. */
async function plainAvatar(): Promise<Uint8Array<ArrayBuffer>> {
  const surface = document.createElement('canvas')
  Object.assign(surface, { width: AVATAR_PX, height: AVATAR_PX })
  const drawing = surface.getContext('2d')
  if (drawing) {
    drawing.fillStyle = '#d8d8d8'
    drawing.fillRect(0, 0, AVATAR_PX, AVATAR_PX)
    drawing.fillStyle = '#ffffff'
    for (const [y, radius] of [
      [50, 26],
      [132, 46],
    ] as const) {
      drawing.beginPath()
      drawing.arc(AVATAR_PX / 2, y, radius, 0, 2 * Math.PI)
      drawing.fill()
    }
  }
  const blob = await new Promise<Blob | null>((resolve) => surface.toBlob(resolve))
  return new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))
}
