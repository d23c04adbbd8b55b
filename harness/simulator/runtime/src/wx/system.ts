// What an app learns about the device, the client, and itself.

import type { Device, Dict } from '../types'
import { rpxToPx } from '../wxss/rpx'
import { effect, type Family } from './calls'
import { fromBase64, toBase64 } from './encodings'

const AUTHORIZED = ['album', 'bluetooth', 'camera', 'location', 'microphone', 'notification', 'phoneCalendar']
/** Pages are drawn by the web view here. */
const skyline = (): Dict => ({ isSupported: false, version: '', reason: 'the simulator draws web views' })
const CLIENT_VERSION = '8.0.50'

interface MenuButton {
  width: number
  height: number
  top: number
  bottom: number
  left: number
  right: number
}

/** Where the menu button ("capsule") stands on the screen; the shell draws it there. */
export function menuButton({ statusBarHeight, width }: Device): MenuButton {
  const top = statusBarHeight + 4
  const right = width - 7
  return { width: 87, height: 32, top, bottom: top + 32, right, left: right - 87 }
}

export const system: Family = (context) => {
  const { options, app, config, deviceState } = context
  const { device } = options
  const windowInfo = (): Dict => ({
    pixelRatio: device.pixelRatio,
    screenWidth: device.width,
    screenHeight: device.height,
    windowWidth: window.innerWidth,
    windowHeight: window.innerHeight,
    statusBarHeight: device.statusBarHeight,
    screenTop: device.height - window.innerHeight,
    safeArea: {
      left: 0,
      top: device.statusBarHeight,
      right: device.width,
      bottom: device.height,
      width: device.width,
      height: device.height - device.statusBarHeight,
    },
  })
  const deviceInfo = (): Dict => ({
    brand: 'devtools',
    model: device.model,
    system: device.system,
    platform: 'devtools',
    abi: '',
    benchmarkLevel: 1,
    memorySize: '2048',
    cpuType: 'unknown',
  })
  const baseInfo = (): Dict => ({
    SDKVersion: options.sdkVersion,
    version: CLIENT_VERSION,
    language: 'zh_CN',
    ...(config.app['darkmode'] === true && { theme: deviceState.fact<string>('theme') }),
    enableDebug: false,
    fontSizeSetting: 16,
    fontSizeScaleFactor: 1,
    host: { env: 'WeChat', appId: '', version: 0 },
  })
  const setting = (): Dict => ({
    bluetoothEnabled: false,
    locationEnabled: true,
    wifiEnabled: true,
    deviceOrientation: 'portrait',
  })
  const everything = (): Dict => ({ ...deviceInfo(), ...baseInfo(), ...windowInfo(), ...setting() })
  return {
    values: {
      getSystemInfoSync: everything,
      getWindowInfo: windowInfo,
      getDeviceInfo: deviceInfo,
      getAppBaseInfo: baseInfo,
      getSystemSetting: setting,
      getAppAuthorizeSetting: () =>
        Object.fromEntries(AUTHORIZED.map((name) => [`${name}Authorized`, 'authorized'])),
      getSkylineInfoSync: skyline,
      getAccountInfoSync: () => ({
        miniProgram: { appId: options.appId, envVersion: 'develop', version: '' },
        plugin: {},
      }),
      getLaunchOptionsSync: () => ({ ...app.launched }),
      getEnterOptionsSync: () => ({ ...app.entered }),
      getMenuButtonBoundingClientRect: () => menuButton(device),
      rpx2px: (rpx: number) => rpxToPx(rpx, device.width),
      nextTick: (run: () => void) => {
        setTimeout(() => context.exceptions.guard(run))
      },
      base64ToArrayBuffer: (text: string) => fromBase64(text).buffer,
      arrayBufferToBase64: (bytes: ArrayBuffer) => toBase64(new Uint8Array(bytes)),
    },
    calls: {
      getSystemInfo: everything,
      getSystemInfoAsync: everything,
      getSkylineInfo: skyline,
      getDeviceBenchmarkInfo: () => ({ benchmarkLevel: 1, modelLevel: 0 }),
      getRendererUserAgent: () => ({ userAgent: navigator.userAgent }),
      openAppAuthorizeSetting: () => effect(context, 'openAppAuthorizeSetting', {}),
    },
  }
}
