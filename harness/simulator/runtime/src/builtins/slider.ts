// <slider> and <progress>.
// https://developers.weixin.qq.com/miniprogram/dev/component/slider.html
// https://developers.weixin.qq.com/miniprogram/dev/component/progress.html

import type { TouchSource } from '../engine/events'
import type { EngineEvent } from '../engine/nodes'
import { any, Control, flag, number, text, type BuiltinDeclaration } from './control'

export class SliderControl extends Control {
  private sliding = false

  override attached(): void {
    this.listen('touchstart', (event) => this.onTouch(event, true))
    this.listen('touchmove', (event) => this.onTouch(event, this.sliding))
    this.listen('touchend', () => this.release())
    this.listen('touchcancel', () => this.release())
    this.show()
  }

  override changed(): void {
    this.show()
  }

  formValue(): number {
    return Number(this.data['value'])
  }

  formReset(): void {
    this.set({ value: this.data['min'] })
  }

  /** Moves the knob as a finger does. */
  slideTo(value: number): void {
    this.slide(value)
    this.fire('change', { value: this.formValue() })
  }

  private onTouch(event: EngineEvent, counts: boolean): void {
    const source = event.getOriginalEvent() as TouchSource | undefined
    const [touch] = Array.from((source?.changedTouches ?? []) as ArrayLike<{ clientX: number }>)
    if (!counts || !touch || this.data['disabled'] === true) return
    this.sliding = true
    const way = this.dom.firstElementChild?.getBoundingClientRect()
    if (!way || way.width === 0) return
    const { min, max } = this.bounds
    this.slide(min + ((touch.clientX - way.left) / way.width) * (max - min))
  }

  private release(): void {
    if (!this.sliding) return
    this.sliding = false
    this.fire('change', { value: this.formValue() })
  }

  private slide(wanted: number): void {
    const { min, max, step } = this.bounds
    const stepped = min + Math.round((wanted - min) / step) * step
    // Steps such as 0.1 are not exact in binary.
    const value = Number(Math.max(min, Math.min(max, stepped)).toFixed(6))
    if (value === this.formValue()) return
    this.set({ value })
    this.fire('changing', { value })
  }

  private get bounds(): { min: number; max: number; step: number } {
    const step = Number(this.data['step'])
    return { min: Number(this.data['min']), max: Number(this.data['max']), step: step > 0 ? step : 1 }
  }

  private show(): void {
    const { min, max } = this.bounds
    const at = max > min ? ((this.formValue() - min) / (max - min)) * 100 : 0
    const percent = Math.max(0, Math.min(100, at))
    if (this.data['percent'] !== percent) this.set({ percent })
  }
}

export const slider: BuiltinDeclaration = {
  tag: 'slider',
  template:
    '<h-div class="sim-slider-way">' +
    '<h-div class="sim-slider-line" style="background:{{backgroundColor || color}}"/>' +
    '<h-div class="sim-slider-line" style="width:{{percent}}%;' +
    'background:{{activeColor || selectedColor}}"/>' +
    '<h-div class="sim-slider-knob" style="left:{{percent}}%;width:{{blockSize}}px;height:{{blockSize}}px;' +
    'background:{{blockColor}}"/></h-div>' +
    '<h-div class="sim-slider-value" wx:if="{{showValue}}">{{value}}</h-div>',
  data: { percent: 0 },
  properties: {
    name: text(),
    min: number(0),
    max: number(100),
    step: number(1),
    value: number(0),
    disabled: flag(),
    color: text('#e9e9e9'),
    selectedColor: text('#1aad19'),
    activeColor: text('#1aad19'),
    backgroundColor: text('#e9e9e9'),
    blockSize: number(28),
    blockColor: text('#ffffff'),
    showValue: flag(),
  },
  control: SliderControl,
}

class ProgressControl extends Control {
  private timer: ReturnType<typeof setInterval> | undefined

  override attached(): void {
    this.run(0)
  }

  override detached(): void {
    clearInterval(this.timer)
  }

  override changed(name: string): void {
    if (name === 'percent')
      this.run(this.string('activeMode') === 'forwards' ? Number(this.data['shown']) : 0)
  }

  /** Moves to the percentage: at once, or a percent at a time when it is `active`. */
  private run(from: number): void {
    clearInterval(this.timer)
    const goal = Math.max(0, Math.min(100, Number(this.data['percent']) || 0))
    if (this.data['active'] !== true || goal <= from) {
      this.set({ shown: goal })
      return
    }
    let shown = from
    this.timer = setInterval(
      () => {
        shown = Math.min(goal, shown + 1)
        this.set({ shown })
        if (shown < goal) return
        clearInterval(this.timer)
        this.fire('activeend', { curPercent: goal })
      },
      Number(this.data['duration']) || 1,
    )
  }
}

export const progress: BuiltinDeclaration = {
  tag: 'progress',
  template:
    '<h-div class="sim-progress-bar" style="height:{{strokeWidth}}px;border-radius:{{borderRadius}}px;' +
    'background:{{backgroundColor}}">' +
    '<h-div style="width:{{shown}}%;background:{{color || activeColor}}"/></h-div>' +
    '<h-span class="sim-progress-info" wx:if="{{showInfo}}"' +
    ' style="font-size:{{fontSize}}px">{{shown}}%</h-span>',
  data: { shown: 0 },
  properties: {
    percent: number(),
    showInfo: flag(),
    borderRadius: any(0),
    fontSize: any(16),
    strokeWidth: any(6),
    color: text(),
    activeColor: text('#09BB07'),
    backgroundColor: text('#EBEBEB'),
    active: flag(),
    activeMode: text('backwards'),
    duration: number(30),
  },
  control: ProgressControl,
}
