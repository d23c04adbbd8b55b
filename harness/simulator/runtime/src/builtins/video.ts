// <video>: plays for real, with WeChat's events; and the context by which apps and drivers steer it.
// https://developers.weixin.qq.com/miniprogram/dev/component/video.html

import type { EngineEvent } from '../engine/nodes'
import type { Dict } from '../types'
import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

// Not documented: how long a comment flies.
const DANMU_SECONDS = 6
const HORIZONTAL = 90
/** What `playbackRate` takes; another is ignored. */
const RATES = [0.5, 0.8, 1, 1.25, 1.5, 2]

interface Danmu {
  text: string
  color?: string
}

/** What `wx.createVideoContext` can do. */
export const VIDEO_METHODS = [
  'play',
  'pause',
  'stop',
  'seek',
  'playbackRate',
  'requestFullScreen',
  'exitFullScreen',
  'sendDanmu',
  'showStatusBar',
  'hideStatusBar',
  'exitPictureInPicture',
  'requestBackgroundPlayback',
  'exitBackgroundPlayback',
] as const

type VideoMethod = (typeof VIDEO_METHODS)[number]

export const isVideoMethod = (name: string): name is VideoMethod =>
  (VIDEO_METHODS as readonly string[]).includes(name)

export class VideoControl extends Control {
  private readonly methods: Record<VideoMethod, (...args: never[]) => void> = {
    play: () => this.play(),
    pause: () => this.video.pause(),
    stop: () => this.stop(),
    seek: (position: number) => {
      this.seek(Number(position))
    },
    playbackRate: (rate: number) => {
      if (RATES.includes(Number(rate))) this.video.playbackRate = Number(rate)
    },
    requestFullScreen: (options?: { direction?: number } | null) =>
      this.fullScreen(true, options?.direction ?? 0),
    exitFullScreen: () => this.fullScreen(false),
    sendDanmu: (danmu: Danmu) => this.fly(danmu),
    // The bar with clock and battery is the phone's; only iOS shows it over a full-screen video.
    showStatusBar: () => this.dom.classList.remove('sim-no-status-bar'),
    hideStatusBar: () => this.dom.classList.add('sim-no-status-bar'),
    exitPictureInPicture: () => undefined,
    requestBackgroundPlayback: () => undefined,
    exitBackgroundPlayback: () => undefined,
  }

  private direction = 0
  private shownUntil = -1
  private own: string | undefined
  /** Asked to play before there was anything to play. */
  private wanted = false

  /** The app may hold its context for longer than it is there. */
  call(method: VideoMethod, args: readonly unknown[]): void {
    if (!this.present) return
    Reflect.apply(this.methods[method], this, args)
  }

  override apiContext(): Dict {
    return Object.fromEntries(
      VIDEO_METHODS.map((name) => [name, (...args: unknown[]) => this.call(name, args)]),
    )
  }

  override attached(): void {
    for (const name of ['src', 'controls', 'loop', 'muted', 'poster', 'objectFit']) this.changed(name)
    if (this.data['autoplay'] === true) this.play()
  }

  override detached(): void {
    this.video.pause()
    this.forget()
  }

  override changed(name: string): void {
    const { video, data } = this
    if (name === 'src') this.showSource()
    if (name === 'controls') video.controls = data['controls'] === true
    if (name === 'loop') video.loop = data['loop'] === true
    if (name === 'muted') video.muted = data['muted'] === true
    if (name === 'poster') video.poster = this.asset('poster')
    if (name === 'objectFit') video.style.objectFit = this.string('objectFit')
  }

  protected onLoaded(): void {
    const { videoWidth: width, videoHeight: height, duration } = this.video
    const initial = Number(this.data['initialTime'])
    if (initial > 0) this.seek(initial)
    this.fire('loadedmetadata', { width, height, duration })
  }

  protected onTime(): void {
    const { currentTime, duration } = this.video
    this.fire('timeupdate', { currentTime, duration })
    for (const danmu of this.danmus) {
      if (danmu.time > this.shownUntil && danmu.time <= currentTime) this.fly(danmu)
    }
    this.shownUntil = currentTime
  }

  protected onProgress(): void {
    const { buffered, duration } = this.video
    if (buffered.length === 0 || !duration) return
    this.fire('progress', { buffered: Math.round((100 * buffered.end(buffered.length - 1)) / duration) })
  }

  protected onSeeked(): void {
    this.fire('seekcomplete', { position: this.video.currentTime })
  }

  protected onError(): void {
    this.fire('error', { errMsg: this.video.error?.message || 'MEDIA_ERR_SRC_NOT_SUPPORTED' })
  }

  /** Play, pause, ended, waiting: nothing is said with them. */
  protected onPlain(event: EngineEvent): void {
    this.fire(event.type)
  }

  private get danmus(): (Danmu & { time: number })[] {
    const list = this.data['danmuList']
    if (this.data['enableDanmu'] !== true || !Array.isArray(list)) return []
    return list.filter((one) => typeof one === 'object' && one !== null)
  }

  /** Anything may be asked for; an element takes finite numbers only. */
  private seek(position: number): void {
    if (Number.isFinite(position)) this.video.currentTime = position
  }

  private get video(): HTMLVideoElement {
    return this.dom.firstElementChild as HTMLVideoElement
  }

  private asset(name: string): string {
    const path = this.string(name)
    return path === '' ? '' : this.host.assetUrl(path, this.node)
  }

  private showSource(): void {
    const src = this.asset('src')
    this.shownUntil = -1
    if (src === '') this.video.removeAttribute('src')
    else if (src.startsWith('/')) void this.showOwn(src)
    else this.video.src = src
  }

  /** A file of the app, as a whole: what the phone has at hand can be sought in at once. */
  private async showOwn(path: string): Promise<void> {
    const answer = await fetch(path)
    const film = await answer.blob()
    if (!this.present || this.asset('src') !== path) return
    this.forget()
    this.own = URL.createObjectURL(film)
    this.video.src = this.own
    if (this.wanted) this.play()
  }

  private forget(): void {
    if (this.own !== undefined) URL.revokeObjectURL(this.own)
    this.own = undefined
  }

  private play(): void {
    this.wanted = this.video.src === ''
    if (this.wanted) return
    // What cannot be played is told by the error event.
    this.video.play().catch(() => undefined)
  }

  private stop(): void {
    this.video.pause()
    this.video.currentTime = 0
  }

  private fullScreen(on: boolean, direction?: number): void {
    if (this.dom.classList.contains('sim-full-screen') === on) return
    if (direction !== undefined) this.direction = direction
    this.dom.classList.toggle('sim-full-screen', on)
    const horizontal = Math.abs(this.direction) === HORIZONTAL
    this.fire('fullscreenchange', { fullScreen: on, direction: horizontal ? 'horizontal' : 'vertical' })
  }

  private fly(danmu: Danmu | undefined): void {
    const { text: words = '', color = '#ffffff' } = danmu ?? {}
    if (this.data['enableDanmu'] !== true) return
    const made = document.createElement('span')
    made.className = 'sim-danmu'
    made.textContent = words
    made.style.color = color
    made.style.animationDuration = `${DANMU_SECONDS}s`
    made.addEventListener('animationend', () => made.remove())
    this.dom.append(made)
  }
}

export const video: BuiltinDeclaration = {
  tag: 'video',
  template:
    '<h-video playsinline bind:loadedmetadata="onLoaded" bind:timeupdate="onTime" ' +
    'bind:progress="onProgress" bind:seeked="onSeeked" bind:error="onError" bind:play="onPlain" ' +
    'bind:pause="onPlain" bind:ended="onPlain" bind:waiting="onPlain"/><slot/>',
  properties: {
    src: text(),
    duration: number(),
    controls: flag(true),
    danmuList: any(),
    danmuBtn: flag(),
    enableDanmu: flag(),
    autoplay: flag(),
    loop: flag(),
    muted: flag(),
    initialTime: number(),
    direction: number(),
    objectFit: text('contain'),
    poster: text(),
    showFullscreenBtn: flag(true),
    showPlayBtn: flag(true),
    showCenterPlayBtn: flag(true),
    enableProgressGesture: flag(true),
    showMuteBtn: flag(),
    title: text(),
  },
  control: VideoControl,
}
