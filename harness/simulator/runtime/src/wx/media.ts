// What an app does with pictures and files it has: look, measure, make smaller, keep in the album, show.

import type { Dict } from '../types'
import { imageViewer } from '../ui/sheets'
import { ApiFailure, effect, isRecord, type ApiCall, type Family, type WxContext } from './calls'
import { toBase64 } from './encodings'
import { extensionOf, mediaType } from './file-tree'
import { bytesOf, decoded, filmOf, pictureType, redrawn, sizeOf } from './pictures'

const DOCUMENTS = ['doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'pdf']

/** An address the page itself can show. */
function shown(context: WxContext, path: string): string {
  if (context.files.exists(path)) return context.files.urlOf(path)
  return /^https?:\/\//.test(path) ? path : `/${path.replace(/^\//, '')}`
}

const nameOf = (path: string): string => path.split('/').at(-1) ?? path

function changing(context: WxContext): Dict<ApiCall> {
  const { files } = context
  return {
    async getImageInfo({ src }) {
      const path = String(src)
      const bytes = await bytesOf(context, path)
      const info = { ...sizeOf(await decoded(bytes)), orientation: 'up', type: pictureType(bytes) }
      const isFar = /^https?:\/\//.test(path) && !files.isLocal(path)
      return { ...info, path: isFar ? files.temporary(bytes, info.type) : path }
    },
    async compressImage(options) {
      const quality = Number(options['quality'] ?? 80)
      if (!(quality >= 0 && quality <= 100)) {
        throw new ApiFailure('param compress quality invalid', { errno: 1103006 })
      }
      const picture = await decoded(await bytesOf(context, String(options['src'])))
      const ratio = picture.width / picture.height
      const width = Number(options['compressedWidth'] ?? Number(options['compressedHeight']) * ratio)
      const wanted = Number.isFinite(width) && width > 0 ? Math.round(width) : picture.width
      const height = Math.round(Number(options['compressedHeight'] ?? wanted / ratio))
      const size = { width: wanted, height: Number.isFinite(height) ? height : picture.height }
      const bytes = await redrawn(picture, { ...size, type: 'image/jpeg', quality: quality / 100 })
      return { tempFilePath: files.temporary(bytes, 'jpg') }
    },
    /** The person keeps the middle of the picture. */
    async cropImage({ src, cropScale }) {
      const [across = 1, down = 1] = String(cropScale).split(':').map(Number)
      const picture = await decoded(await bytesOf(context, String(src)))
      const scale = Math.min(picture.width / across, picture.height / down)
      const [width, height] = [Math.round(across * scale), Math.round(down * scale)]
      const part = { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height }
      const bytes = await redrawn(picture, { width, height, type: 'image/png', quality: 1, part })
      return { tempFilePath: files.temporary(bytes, 'png') }
    },
    async getVideoInfo({ src }) {
      const path = String(src)
      const bytes = await bytesOf(context, path)
      const { width = 0, height = 0, duration = 0 } = await filmOf(bytes, mediaType(path))
      if (width === 0) throw new ApiFailure('video decode fail')
      const bitrate = duration > 0 ? Math.round((bytes.length * 8) / 1000 / duration) : 0
      const type = extensionOf(path)
      return { orientation: 'up', type, size: bytes.length / 1024, width, height, duration, bitrate, fps: 30 }
    },
  }
}

/** The album is asked for once; what is saved there the test can see. */
function saving(context: WxContext): Dict<ApiCall> {
  const save =
    (api: string, fits: (path: string, type: string) => boolean): ApiCall =>
    async ({ filePath }) => {
      const path = String(filePath)
      if (!context.files.exists(path) && /^https?:\/\//.test(path)) {
        throw new ApiFailure('invalid file type')
      }
      const bytes = await bytesOf(context, path)
      if (!fits(path, pictureType(bytes))) throw new ApiFailure('invalid file type')
      await context.permissions.demand('scope.writePhotosAlbum')
      effect(context, api, { name: nameOf(path), base64: toBase64(bytes) })
      return undefined
    }
  return {
    saveImageToPhotosAlbum: save('saveImageToPhotosAlbum', (_path, type) => type !== 'unknown'),
    saveVideoToPhotosAlbum: save('saveVideoToPhotosAlbum', (path) => mediaType(path).startsWith('video/')),
  }
}

function showing(context: WxContext): Dict<ApiCall> {
  const { dialogs, files } = context
  const view = (api: string, paths: readonly string[], current: number): void => {
    if (paths.length === 0)
      throw new ApiFailure('parameter error: parameter.urls should have at least 1 item;')
    const at = current >= 0 && current < paths.length ? current : 0
    const viewer = imageViewer(dialogs, api, { urls: paths.map((path) => shown(context, path)), current: at })
    void viewer.result
  }
  return {
    previewImage({ urls, current }) {
      const paths = (urls as unknown[]).map(String)
      view(
        'previewImage',
        paths,
        typeof current === 'number' ? current : paths.indexOf(String(current ?? paths[0])),
      )
      return undefined
    },
    previewMedia({ sources, current }) {
      const paths = (sources as unknown[])
        .filter(isRecord)
        .map((each) => String(each['type'] === 'video' ? (each['poster'] ?? each['url']) : each['url']))
      view('previewMedia', paths, Number(current ?? 0))
      return undefined
    },
    openDocument(options) {
      const path = String(options['filePath'])
      if (!files.exists(path)) throw new ApiFailure("file doesn't exist")
      const type = String(options['fileType'] ?? extensionOf(path))
      if (!DOCUMENTS.includes(type)) throw new ApiFailure('filetype not supported')
      const kilobytes = Math.ceil(files.stat(path).size / 1024)
      const content = `${nameOf(path)}（${kilobytes} KB）\n模拟器不显示文档内容`
      const drawn = { title: '文档', content, showCancel: false, confirmText: '关闭' }
      void dialogs.modal(drawn, 'openDocument').result
      effect(context, 'openDocument', { filePath: path, fileType: type })
      return undefined
    },
  }
}

export const media: Family = (context) => ({
  calls: { ...changing(context), ...saving(context), ...showing(context) },
})
