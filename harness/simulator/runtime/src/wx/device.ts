// The phone itself: network, battery, screen, sensors, clipboard, calls, contacts, calendar.

import type { Dict } from '../types'
import { ApiFailure, askPerson, choose, effect, type ApiCall, type Family, type WxContext } from './calls'

/** Event and whether listening alone starts it. */
const SENSORS: Dict<readonly [string, boolean]> = {
  Accelerometer: ['AccelerometerChange', true],
  Compass: ['CompassChange', true],
  Gyroscope: ['GyroscopeChange', false],
  DeviceMotionListening: ['DeviceMotionChange', false],
}

function sensors({ signals }: WxContext): Dict<ApiCall> {
  const calls: Dict<ApiCall> = {}
  for (const [name, [event, awake]] of Object.entries(SENSORS)) {
    signals.wake(event, awake)
    const turn = (on: boolean) => (): undefined => {
      signals.wake(event, on)
    }
    calls[`start${name}`] = turn(true)
    calls[`stop${name}`] = turn(false)
  }
  return calls
}

function clipboard({ bridge, dialogs, deviceState }: WxContext): Dict<ApiCall> {
  return {
    setClipboardData({ data }) {
      const text = String(data)
      deviceState.set('clipboard', text)
      bridge.tell('clipboard', { text })
      dialogs.toast('内容已复制', { name: 'setClipboardData', icon: 'success', duration: 1500, mask: false })
      return { data: text }
    },
    getClipboardData: () => ({ data: deviceState.fact<string>('clipboard') }),
  }
}

function screen(context: WxContext): Dict<ApiCall> {
  const { deviceState } = context
  return {
    getScreenBrightness: () => ({ value: deviceState.fact<number>('brightness') }),
    setScreenBrightness({ value }) {
      const wanted = Number(value)
      if (!(wanted >= 0 && wanted <= 1)) throw new ApiFailure('invalid value')
      deviceState.set('brightness', wanted)
      return undefined
    },
    setKeepScreenOn: (options) => effect(context, 'setKeepScreenOn', options),
    setVisualEffectOnCapture: (options) => effect(context, 'setVisualEffectOnCapture', options),
    getScreenRecordingState: () => ({ state: 'off' }),
  }
}

/** What the phone's own apps do: call, remember a person, remember a date. */
function phoneApps(context: WxContext): Dict<ApiCall> {
  const { permissions } = context
  const calendar =
    (api: string): ApiCall =>
    async (options) => {
      await permissions.demand('scope.addPhoneCalendar')
      effect(context, api, options)
      return undefined
    }
  return {
    async makePhoneCall(options) {
      await choose(context, 'makePhoneCall', options, [`呼叫 ${String(options['phoneNumber'])}`])
      effect(context, 'makePhoneCall', options)
      return undefined
    },
    async addPhoneContact(options) {
      await choose(context, 'addPhoneContact', options, ['创建新联系人', '添加到现有联系人'])
      effect(context, 'addPhoneContact', options)
      return undefined
    },
    addPhoneCalendar: calendar('addPhoneCalendar'),
    addPhoneRepeatCalendar: calendar('addPhoneRepeatCalendar'),
    async sendSms(options) {
      await choose(context, 'sendSms', options, [`发送短信 ${String(options['phoneNumber'] ?? '')}`])
      effect(context, 'sendSms', options)
      return undefined
    },
  }
}

export const device: Family = (context) => {
  const { deviceState } = context
  const battery = (): Dict => ({ ...deviceState.fact<Dict>('battery') })
  return {
    values: { getBatteryInfoSync: battery },
    calls: {
      async getNetworkType() {
        const networkType = deviceState.fact<string>('networkType')
        const said = await askPerson(context, 'getNetworkType', {})
        return { networkType, hasSystemProxy: false, weakNet: false, ...said }
      },
      getBatteryInfo: battery,
      vibrateShort({ type }) {
        if (type !== undefined && !['heavy', 'medium', 'light'].includes(String(type)))
          throw new ApiFailure('style is not support')
        effect(context, 'vibrateShort', { type: type ?? 'medium' })
        return undefined
      },
      vibrateLong() {
        effect(context, 'vibrateLong', {})
        return undefined
      },
      getRandomValues({ length }) {
        const wanted = Number(length)
        if (!(wanted > 0 && wanted <= 1048576))
          throw new ApiFailure('invalid random value length', { errno: 109001 })
        const bytes = new Uint8Array(wanted)
        for (let at = 0; at < wanted; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
        return { randomValues: bytes.buffer }
      },
      checkIsOpenAccessibility: () => ({ open: false }),
      ...sensors(context),
      ...clipboard(context),
      ...screen(context),
      ...phoneApps(context),
    },
  }
}
