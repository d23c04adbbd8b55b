// The half-screen sheets WeChat itself draws: permission, phone number, payment, sharing, subscriptions; and
// the viewer of pictures. Each resolves to whether the person agreed.

import { LEFT_BY_BACK, type Dialogs, type ModalResult, type OpenDialog } from './dialogs'
import { button, node, sign } from './dom'

const result = (confirm: boolean): ModalResult => ({ confirm, cancel: !confirm })

/** Who asks: the mini-program as WeChat names it above a sheet. */
function asker(appName: string, doing: string): HTMLElement {
  const logo = node('i', 'sim-logo', [...appName][0] ?? '小')
  return node('div', 'sim-asker', logo, node('b', '', appName), node('span', '', doing))
}

interface AskSheet {
  /** The API that asks. */
  name: string
  /** 申请, or what else stands beside the name. */
  doing?: string
  title: string
  /** Why the app wants it, in its own words. */
  note?: string
  /** What is given away, one line each: account, number, template. */
  choices?: readonly string[]
  refuse?: string
  allow?: string
}

/** A sheet that asks for one thing: 拒绝 or 允许. */
export function askSheet(dialogs: Dialogs, asked: AskSheet): OpenDialog<ModalResult> {
  const { name, doing = '申请', title, note = '', choices = [], refuse = '拒绝', allow = '允许' } = asked
  return dialogs.open<ModalResult>('sim-sheet sim-ask', { name, back: LEFT_BY_BACK }, (box, close) => {
    box.append(asker(dialogs.appName, doing), node('div', 'sim-ask-title', title))
    if (note !== '') box.append(node('div', 'sim-ask-note', note))
    for (const choice of choices) box.append(node('div', 'sim-ask-choice', choice, sign('success')))
    const buttons = node('div', 'sim-ask-buttons')
    buttons.append(
      button('sim-cancel', refuse, () => close(result(false))),
      button('sim-confirm', allow, () => close(result(true))),
    )
    box.append(buttons)
  })
}

/** The sheet of wx.requestPayment. It shows no amount: that is between the server of the shop and WeChat. */
export function paymentSheet(dialogs: Dialogs): OpenDialog<ModalResult> {
  const kind = { name: 'requestPayment', back: LEFT_BY_BACK }
  return dialogs.open<ModalResult>('sim-sheet sim-pay', kind, (box, close) => {
    const closing = button('sim-cancel sim-pay-close', sign('close'), () => close(result(false)))
    closing.setAttribute('aria-label', '关闭')
    box.append(node('div', 'sim-pay-head', closing, node('span', '', '微信支付')))
    box.append(node('div', 'sim-pay-to', dialogs.appName))
    box.append(node('div', 'sim-pay-way', node('span', '', '付款方式'), node('span', '', '零钱')))
    box.append(button('sim-confirm sim-pay-confirm', '确认支付', () => close(result(true))))
  })
}

/** Where a card of the app is sent: resolves to yes when it was sent. */
export function shareSheet(
  dialogs: Dialogs,
  name: string,
  card: { title: string; imageUrl?: string },
): OpenDialog<ModalResult> {
  return dialogs.open<ModalResult>('sim-modal sim-share', { name, back: LEFT_BY_BACK }, (box, close) => {
    const picture = node('div', 'sim-share-picture')
    if (card.imageUrl) picture.style.backgroundImage = `url("${card.imageUrl.replace(/["\\\n]/g, '')}")`
    box.append(node('div', 'sim-share-to', '发送给：', node('b', '', '文件传输助手')))
    box.append(
      node(
        'div',
        'sim-share-card',
        node('div', 'sim-share-app', dialogs.appName),
        node('div', 'sim-share-title', card.title),
        picture,
        node('div', 'sim-share-foot', '小程序'),
      ),
    )
    const buttons = node('div', 'sim-buttons')
    buttons.append(
      button('sim-cancel', '取消', () => close(result(false))),
      button('sim-confirm', '发送', () => close(result(true))),
    )
    box.append(buttons)
  })
}

/**
 * wx.previewImage and wx.previewMedia: a picture on black; a touch closes it, a swipe shows the next. It is
 * "在新页面中全屏预览图片" (developers.weixin.qq.com/miniprogram/dev/api/media/image/wx.previewImage.html): the phone's
 * back closes it, and what the mini-program does with its own pages below leaves it, which is not confirmed.
 */
export function imageViewer(
  dialogs: Dialogs,
  name: string,
  { urls, current }: { urls: readonly string[]; current: number },
): OpenDialog<ModalResult> {
  return dialogs.open<ModalResult>('sim-viewer', { name, back: LEFT_BY_BACK }, (box, close) => {
    const count = node('div', 'sim-viewer-count', `${current + 1}/${urls.length}`)
    const strip = node('div', 'sim-viewer-strip')
    for (const url of urls) {
      const picture = document.createElement('img')
      picture.src = url
      strip.append(button('sim-cancel sim-viewer-page', picture, () => close(result(false))))
    }
    strip.addEventListener('scroll', () => {
      const at = Math.round(strip.scrollLeft / Math.max(1, strip.clientWidth))
      count.textContent = `${at + 1}/${urls.length}`
    })
    box.append(strip, count)
    requestAnimationFrame(() => strip.scrollTo({ left: current * strip.clientWidth, behavior: 'instant' }))
  })
}
