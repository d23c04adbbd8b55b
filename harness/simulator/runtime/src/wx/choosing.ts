// Pictures, films and files the person hands over: from the test's answer, or from a sheet on the screen.

import type { Dict } from '../types'
import { ApiFailure, askPerson, choose, isRecord, type ApiCall, type Family, type WxContext } from './calls'
import { fromBase64 } from './encodings'
import { extensionOf, mediaType } from './file-tree'
import { filmOf, pictureType, samplePicture, type Bytes } from './pictures'

interface Chosen {
  readonly name: string
  readonly bytes: Bytes
  readonly path: string
}

const SOURCES: Dict<string> = { album: '从手机相册选择', camera: '拍摄' }
const FILMS = ['mp4', 'mov', 'webm', 'm4v']

const isFilm = (name: string): boolean => FILMS.includes(extensionOf(name))

/** The answer of a test, in one of its forms: files with their bytes, or the result of the API as it is. */
async function answered(context: WxContext, api: string, options: Dict): Promise<Dict | null> {
  const answer = await askPerson(context, api, options)
  if (answer?.['confirm'] === false) throw new ApiFailure('cancel')
  return answer
}

function keep(context: WxContext, name: string, bytes: Bytes): Chosen {
  const type = pictureType(bytes)
  const extension = type === 'unknown' ? extensionOf(name) || 'dat' : type === 'jpeg' ? 'jpg' : type
  return { name, bytes, path: context.files.temporary(bytes, extension) }
}

function handedOver(context: WxContext, chosen: unknown, most: number): Chosen[] {
  const given = Array.isArray(chosen) ? chosen.filter(isRecord) : []
  return given
    .slice(0, most)
    .map((each) => keep(context, String(each['name']), fromBase64(String(each['base64']))))
}

async function pick(
  context: WxContext,
  api: string,
  options: Dict,
  most: number,
  sample: () => Promise<Chosen>,
): Promise<Chosen[] | Dict> {
  const answer = await answered(context, api, options)
  if (answer && Array.isArray(answer['chosen'])) return handedOver(context, answer['chosen'], most)
  if (answer && answer['confirm'] !== true) return answer
  if (!answer) {
    const wished = Array.isArray(options['sourceType']) ? options['sourceType'].map(String) : []
    const sources = ['album', 'camera'].filter((each) => wished.length === 0 || wished.includes(each))
    await choose(
      context,
      `${api}.source`,
      {},
      sources.map((each) => SOURCES[each] ?? each),
    )
  }
  return [await sample()]
}

function countOf(options: Dict, otherwise: number): number {
  const count = Number(options['count'] ?? otherwise)
  return count >= 1 ? Math.floor(count) : otherwise
}

const size = ({ bytes }: Chosen): number => bytes.length

function pictures(context: WxContext): Dict<ApiCall> {
  let number = 0
  const sample = async (): Promise<Chosen> => keep(context, 'picture.png', await samplePicture(++number))
  const described = async (each: Chosen): Promise<Dict> => {
    const common = { tempFilePath: each.path, size: size(each) }
    if (!isFilm(each.name)) return { ...common, fileType: 'image' }
    const film = await filmOf(each.bytes, mediaType(each.name))
    const thumbTempFilePath = keep(context, 'thumb.png', await samplePicture(0)).path
    return { ...common, fileType: 'video', ...film, thumbTempFilePath }
  }
  return {
    async chooseImage(options) {
      const chosen = await pick(context, 'chooseImage', options, countOf(options, 9), sample)
      if (!Array.isArray(chosen)) return chosen
      return {
        tempFilePaths: chosen.map(({ path }) => path),
        tempFiles: chosen.map((each) => ({ path: each.path, size: size(each) })),
      }
    },
    async chooseMedia(options) {
      const chosen = await pick(context, 'chooseMedia', options, countOf(options, 9), sample)
      if (!Array.isArray(chosen)) return chosen
      const types = new Set(chosen.map(({ name }) => (isFilm(name) ? 'video' : 'image')))
      const tempFiles = await Promise.all(chosen.map(described))
      return { tempFiles, type: types.size === 1 ? [...types][0] : 'mix' }
    },
  }
}

function filmsAndFiles(context: WxContext): Dict<ApiCall> {
  return {
    async chooseVideo(options) {
      const none = (): Promise<Chosen> => {
        context.gaps.note('chooseVideo without a video on the device')
        return Promise.reject(new ApiFailure('the album holds no video: give one by deviceState.videos'))
      }
      const chosen = await pick(context, 'chooseVideo', options, 1, none)
      if (!Array.isArray(chosen)) return chosen
      const [film] = chosen
      if (!film) throw new ApiFailure('cancel')
      const info = await filmOf(film.bytes, mediaType(film.name))
      return { tempFilePath: film.path, size: size(film), ...info }
    },
    async chooseMessageFile(options) {
      const sample = (): Promise<Chosen> =>
        Promise.resolve(keep(context, '聊天文件.txt', new TextEncoder().encode('模拟的聊天文件\n')))
      const chosen = await pick(context, 'chooseMessageFile', options, countOf(options, 100), sample)
      if (!Array.isArray(chosen)) return chosen
      const extensions = Array.isArray(options['extension']) ? options['extension'].map(String) : []
      const wanted = chosen.filter(({ name }) => {
        return (
          extensions.length === 0 || extensions.some((each) => name.endsWith(`.${each.replace(/^\./, '')}`))
        )
      })
      const time = Math.floor(Date.now() / 1000)
      return {
        tempFiles: wanted.map((each) => ({
          path: each.path,
          size: size(each),
          name: each.name,
          type: isFilm(each.name) ? 'video' : pictureType(each.bytes) === 'unknown' ? 'file' : 'image',
          time,
        })),
      }
    },
  }
}

export const choosing: Family = (context) => ({
  calls: { ...pictures(context), ...filmsAndFiles(context) },
})
