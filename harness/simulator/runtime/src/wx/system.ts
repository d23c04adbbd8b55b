// What an app learns about the device, the client, and itself.

import type { Dict } from '../types'
import { rpxToPx } from '../wxss/rpx'
import { askPerson, type Family } from './calls'

const CLIENT_VERSION = '8.0.50'

export const system: Family = (context) => {
  const { options, app } = context
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
    theme: 'light',
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
      getAppAuthorizeSetting: () => ({ locationAuthorized: 'authorized', cameraAuthorized: 'authorized' }),
      getAccountInfoSync: () => ({
        miniProgram: { appId: options.appId, envVersion: 'develop', version: '' },
        plugin: {},
      }),
      getLaunchOptionsSync: () => ({ ...app.launched }),
      getEnterOptionsSync: () => ({ ...app.launched }),
      getMenuButtonBoundingClientRect: () => {
        const top = device.statusBarHeight + 4
        const right = device.width - 7
        return { width: 87, height: 32, top, bottom: top + 32, right, left: right - 87 }
      },
      rpx2px: (rpx: number) => rpxToPx(rpx, device.width),
      nextTick: (run: () => void) => {
        setTimeout(() => context.exceptions.guard(run))
      },
      getUpdateManager: () => ({
        onCheckForUpdate: (listener: (result: { hasUpdate: boolean }) => void) => {
          setTimeout(() => context.exceptions.guard(() => listener({ hasUpdate: false })))
        },
        onUpdateReady: () => undefined,
        onUpdateFailed: () => undefined,
        applyUpdate: () => undefined,
      }),
      getPerformance: () => ({
        now: () => performance.now(),
        getEntries: () => [],
        getEntriesByType: () => [],
        getEntriesByName: () => [],
        createObserver: () => ({ observe: () => undefined, disconnect: () => undefined }),
      }),
      getLogManager: () => quietLog(),
      getRealtimeLogManager: () => quietLog(),
      reportEvent: () => undefined,
      reportAnalytics: () => undefined,
      reportMonitor: () => undefined,
      reportPerformance: () => undefined,
      base64ToArrayBuffer: (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer,
      arrayBufferToBase64: (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes))),
    },
    calls: {
      getSystemInfo: everything,
      getSystemInfoAsync: everything,
      async getNetworkType() {
        return (await askPerson(context, 'getNetworkType', {})) ?? { networkType: 'wifi' }
      },
      getBatteryInfo: () => ({ level: 100, isCharging: true }),
      ...clipboard(),
    },
  }
}

function clipboard(): Dict<(options: Dict) => Dict | undefined> {
  let content = ''
  return {
    setClipboardData({ data }) {
      content = String(data ?? '')
      return { data: content }
    },
    getClipboardData: () => ({ data: content }),
  }
}

function quietLog(): Dict {
  const names = ['log', 'info', 'warn', 'debug', 'error', 'setFilterMsg', 'addFilterMsg']
  return Object.fromEntries(names.map((name) => [name, () => undefined]))
}
