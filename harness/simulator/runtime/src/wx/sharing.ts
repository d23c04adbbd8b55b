// Files and pictures an app sends to friends. Cards are the share buttons'.

import { shareSheet } from '../ui/sheets'
import { ApiFailure, drawnOrAnswered, effect, type ApiCall, type Family } from './calls'

export const sharing: Family = (context) => {
  const sends =
    (api: string, what: string): ApiCall =>
    async (options) => {
      const path = String(options['filePath'] ?? options['videoPath'] ?? options['path'] ?? '')
      if (!context.files.exists(path)) throw new ApiFailure('file not found')
      const dialog = shareSheet(context.dialogs, api, { title: String(options['fileName'] ?? what) })
      const { confirm } = await drawnOrAnswered(context, api, options, dialog, (answer) => {
        const yes = answer['confirm'] !== false
        return { confirm: yes, cancel: !yes }
      })
      if (!confirm) throw new ApiFailure('cancel')
      effect(context, api, options)
      return undefined
    }
  return {
    calls: {
      shareFileMessage: sends('shareFileMessage', '文件'),
      shareVideoMessage: sends('shareVideoMessage', '视频'),
      showShareImageMenu: sends('showShareImageMenu', '图片'),
      showShareMenu: () => undefined,
      hideShareMenu: () => undefined,
      updateShareMenu: () => undefined,
    },
  }
}
