// Toast, loading, modal, action sheet, pull-down refresh, keyboard.

import { ApiFailure, drawnOrAnswered, type Family } from './calls'
import { typeOf } from './platform'

// https://developers.weixin.qq.com/miniprogram/dev/api/ui/interaction/wx.showToast.html: duration.
const TOAST_MS = 1500

/** As WeChat measures a button's text: a Chinese character counts twice. */
function textWidth(text: unknown): number {
  return [...String(text ?? '')].reduce((sum, char) => sum + (char.charCodeAt(0) > 255 ? 2 : 1), 0)
}

function wrongItems(items: unknown): string | undefined {
  const list = items as unknown[]
  if (list.length === 0) return 'parameter.itemList should have at least 1 item;'
  if (list.length > 6) return 'itemList should not be large than 6'
  const at = list.findIndex((item) => typeof item !== 'string')
  return at < 0 ? undefined : `parameter.itemList[${at}] should be String instead of ${typeOf(list[at])};`
}

export const interaction: Family = (context) => {
  const { dialogs, pages, exceptions } = context
  return {
    calls: {
      showToast(options) {
        dialogs.toast(String(options['title']), {
          icon: String(options['icon'] ?? 'success'),
          duration: Number(options['duration'] ?? TOAST_MS),
          mask: options['mask'] === true,
        })
        return undefined
      },
      hideToast() {
        dialogs.hideToast(false)
        return undefined
      },
      showLoading(options) {
        dialogs.loading(String(options['title'] ?? ''), options['mask'] === true)
        return undefined
      },
      hideLoading() {
        dialogs.hideToast(true)
        return undefined
      },
      async showModal(options) {
        for (const name of ['cancelText', 'confirmText']) {
          if (textWidth(options[name]) > 8) {
            throw new ApiFailure(`${name} length should not larger than 4 Chinese characters`)
          }
        }
        return drawnOrAnswered(context, 'showModal', options, dialogs.modal(options), (answer) => {
          const confirm = answer['confirm'] === true || answer['cancel'] === false
          return { ...answer, confirm, cancel: !confirm }
        })
      },
      async showActionSheet(options) {
        const items = options['itemList']
        const wrong = wrongItems(items)
        if (wrong !== undefined) throw new ApiFailure(`parameter error: ${wrong}`, { errno: 1001 })
        const sheet = dialogs.sheet((items as unknown[]).map(String), 'showActionSheet', {
          heading: String(options['alertText'] ?? ''),
          color: options['itemColor'],
        })
        const tapIndex = await drawnOrAnswered(context, 'showActionSheet', options, sheet, (answer) => {
          return typeof answer['tapIndex'] === 'number' ? answer['tapIndex'] : null
        })
        if (tapIndex === null) throw new ApiFailure('cancel')
        return { tapIndex }
      },
      startPullDownRefresh() {
        const entry = pages.top
        if (!entry) throw new ApiFailure('no page is open')
        dialogs.refreshing(true)
        exceptions.call(entry.instance, 'onPullDownRefresh')
        return undefined
      },
      stopPullDownRefresh() {
        dialogs.refreshing(false)
        return undefined
      },
      hideKeyboard() {
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
        return undefined
      },
    },
  }
}
