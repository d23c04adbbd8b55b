// Well-known wx names this simulator does not have: they exist, fail as such, and are counted.

import type { Dict } from '../types'
import { isRecord, publish, type Gaps } from './calls'
import type { Exceptions } from '../app/exceptions'

const CALLS = [
  'addCard',
  'addPhoneCalendar',
  'addPhoneContact',
  'checkIsSoterEnrolledInDevice',
  'chooseAddress',
  'chooseContact',
  'chooseImage',
  'chooseInvoice',
  'chooseInvoiceTitle',
  'chooseLicensePlate',
  'chooseLocation',
  'chooseMedia',
  'chooseMessageFile',
  'choosePoi',
  'chooseVideo',
  'closeBLEConnection',
  'closeBluetoothAdapter',
  'compressImage',
  'createBLEConnection',
  'cropImage',
  'getBLEDeviceServices',
  'getBluetoothDevices',
  'getConnectedWifi',
  'getFuzzyLocation',
  'getGroupEnterInfo',
  'getImageInfo',
  'getScreenBrightness',
  'getShareInfo',
  'getVideoInfo',
  'getWeRunData',
  'hideTabBar',
  'hideTabBarRedDot',
  'loadFontFace',
  'makePhoneCall',
  'navigateBackMiniProgram',
  'navigateToMiniProgram',
  'openBluetoothAdapter',
  'openCustomerServiceChat',
  'openDocument',
  'openEmbeddedMiniProgram',
  'openLocation',
  'openVideoEditor',
  'openPrivacyContract',
  'preloadSubpackage',
  'previewImage',
  'previewMedia',
  'removeTabBarBadge',
  'requestVirtualPayment',
  'saveImageToPhotosAlbum',
  'saveVideoToPhotosAlbum',
  'scanCode',
  'setScreenBrightness',
  'setTabBarBadge',
  'setTabBarItem',
  'setTabBarStyle',
  'setVisualEffectOnCapture',
  'shareFileMessage',
  'shareVideoMessage',
  'showRedPackage',
  'showShareImageMenu',
  'showTabBar',
  'showTabBarRedDot',
  'startAccelerometer',
  'startBeaconDiscovery',
  'startBluetoothDevicesDiscovery',
  'startCompass',
  'startGyroscope',
  'startLocationUpdate',
  'startRecord',
  'startSoterAuthentication',
  'startWifi',
  'stopAccelerometer',
  'stopBluetoothDevicesDiscovery',
  'stopCompass',
  'stopLocationUpdate',
  'stopRecord',
  'canvasToTempFilePath',
  'canvasGetImageData',
  'canvasPutImageData',
  'sendBLEData',
  'joinVoIPChat',
]

/** They return a task at once and fail through callbacks. */
const TASKS = ['connectSocket', 'downloadFile', 'uploadFile']

const TASK_METHODS = [
  'abort',
  'close',
  'send',
  'onOpen',
  'onClose',
  'onError',
  'onMessage',
  'onProgressUpdate',
  'offProgressUpdate',
  'onHeadersReceived',
  'offHeadersReceived',
]

const IMMEDIATE = [
  'createBLEPeripheralServer',
  'createBufferURL',
  'createCameraContext',
  'createCanvasContext',
  'createInferenceSession',
  'createInnerAudioContext',
  'createInterstitialAd',
  'createLivePlayerContext',
  'createLivePusherContext',
  'createMapContext',
  'createMediaAudioPlayer',
  'createMediaContainer',
  'createMediaQueryObserver',
  'createMediaRecorder',
  'createOffscreenCanvas',
  'createRewardedVideoAd',
  'createTCPSocket',
  'createUDPSocket',
  'createVideoContext',
  'createVideoDecoder',
  'createVKSession',
  'createWebAudioContext',
  'createWorker',
  'getBackgroundAudioManager',
  'getExtConfigSync',
  'getRecorderManager',
]

export const NOT_SUPPORTED = 'not supported by the simulator'

const failing = (gaps: Gaps, name: string) => (): never => {
  gaps.note(name)
  throw new Error(NOT_SUPPORTED)
}

export function unsupportedApis(gaps: Gaps, exceptions: Exceptions): Dict {
  const apis: Dict = {}
  for (const name of CALLS) {
    apis[name] = publish(name, failing(gaps, name), exceptions)
  }
  for (const name of TASKS) {
    const fail = publish(name, failing(gaps, name), exceptions)
    apis[name] = (options: unknown) => {
      fail({ fail: () => undefined, ...(isRecord(options) ? options : {}) })
      return Object.fromEntries(TASK_METHODS.map((method) => [method, () => undefined]))
    }
  }
  for (const name of IMMEDIATE) {
    apis[name] = (): never => {
      gaps.note(name)
      throw new Error(`${name}:fail ${NOT_SUPPORTED}`)
    }
  }
  return apis
}
