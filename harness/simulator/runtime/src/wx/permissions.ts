// What the person allows this app (`scope.*`): asked once, remembered on the phone until it is forgotten.

import type { Bridge } from '../bridge'
import type { Dict } from '../types'
import type { Dialogs } from '../ui/dialogs'
import { askSheet } from '../ui/sheets'
import { ApiFailure, drawnOrAnswered } from './calls'

const WISHES: Dict<string> = {
  'scope.userInfo': '获取你的昵称、头像',
  'scope.userLocation': '获取你的位置信息',
  'scope.userFuzzyLocation': '获取你的模糊位置信息',
  'scope.userLocationBackground': '在后台获取你的位置信息',
  'scope.record': '使用你的麦克风',
  'scope.camera': '使用你的摄像头',
  'scope.bluetooth': '使用你的蓝牙',
  'scope.writePhotosAlbum': '保存图片或视频到你的相册',
  'scope.addPhoneContact': '添加到你的通讯录',
  'scope.addPhoneCalendar': '添加到你的日历',
  'scope.werun': '获取你的微信运动步数',
  'scope.address': '获取你的通讯地址',
  'scope.invoiceTitle': '获取你的发票抬头',
  'scope.invoice': '获取你的发票',
}

export class Permissions {
  private granted: Dict<boolean>

  constructor(
    private readonly bridge: Bridge,
    private readonly dialogs: Dialogs,
    granted: Dict<boolean>,
  ) {
    this.granted = { ...granted }
  }

  /** As `authSetting` shows it: only what was asked. */
  settings(): Dict<boolean> {
    return { ...this.granted }
  }

  forget(): void {
    this.granted = {}
    this.bridge.tell('granted', {})
  }

  /** The person changed their mind in WeChat's settings. */
  become(granted: Dict<boolean>): void {
    this.granted = { ...granted }
  }

  set(scope: string, allowed: boolean): void {
    this.granted[scope] = allowed
    this.bridge.tell('granted', { ...this.granted })
  }

  /** Resolves when the person allows it; ApiFailure `auth deny` when they do not, now or earlier. */
  async demand(scope: string): Promise<void> {
    if (this.granted[scope] === undefined) this.set(scope, await this.ask(scope))
    if (!this.granted[scope]) throw new ApiFailure('auth deny')
  }

  private async ask(scope: string): Promise<boolean> {
    const dialog = askSheet(this.dialogs, { name: 'authorize', title: WISHES[scope] ?? `使用 ${scope}` })
    const { confirm } = await drawnOrAnswered(
      { bridge: this.bridge },
      'authorize',
      { scope },
      dialog,
      (answer) => {
        const allowed = answer[scope] ?? answer['authorize'] ?? answer['confirm']
        return { confirm: allowed !== false, cancel: allowed === false }
      },
    )
    return confirm
  }
}
