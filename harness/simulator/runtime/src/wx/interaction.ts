// Toast, loading, modal, action sheet, pull-down refresh, keyboard.

import { paymentSheet } from '../ui/sheets'
import { ApiFailure, drawnOrAnswered, type Family } from './calls'

const TOAST_MS = 1500

export const interaction: Family = (context) => {
  const { dialogs, pages, exceptions } = context
  return {
    calls: {
      showToast(options) {
        const title = options['title']
        if (typeof title !== 'string')
          throw new ApiFailure('parameter error: parameter.title should be String')
        dialogs.toast(title, {
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
        return drawnOrAnswered(context, 'showModal', options, dialogs.modal(options), (answer) => {
          const confirm = answer['confirm'] === true || answer['cancel'] === false
          return { ...answer, confirm, cancel: !confirm }
        })
      },
      async showActionSheet(options) {
        const items = options['itemList']
        if (!Array.isArray(items) || items.length === 0 || items.length > 6) {
          throw new ApiFailure('parameter error: itemList should have 1 to 6 items')
        }
        const sheet = dialogs.sheet(
          items.map(String),
          String(options['alertText'] ?? ''),
          options['itemColor'],
        )
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
      async requestPayment(options) {
        const dialog = paymentSheet(dialogs)
        const { confirm } = await drawnOrAnswered(context, 'requestPayment', options, dialog, (answer) => {
          return { confirm: answer['confirm'] !== false, cancel: answer['confirm'] === false }
        })
        if (!confirm) throw new ApiFailure('cancel')
        return undefined
      },
      showShareMenu: () => undefined,
      hideShareMenu: () => undefined,
      updateShareMenu: () => undefined,
    },
  }
}
