// Where the person is, and the places they choose.

import type { Dict } from '../types'
import { ApiFailure, askPerson, drawnOrAnswered, effect, type Family } from './calls'

/** Where nobody said otherwise: the place WeChat DevTools starts with. */
const PLACE = { latitude: 23.12908, longitude: 113.26436 }
const FIX = { speed: -1, accuracy: 65, altitude: 0, verticalAccuracy: 65, horizontalAccuracy: 65 }

export const location: Family = (context) => {
  const { dialogs, permissions, signals, deviceState } = context
  signals.wake('LocationChange', false)
  deviceState.on('location', (here) =>
    signals.raise('LocationChange', { ...FIX, ...PLACE, ...(here as Dict) }),
  )

  const place = async (api: string, scope: string, options: Dict): Promise<Dict> => {
    const answer = await askPerson(context, api, options)
    // Who says where they are has allowed it.
    if (answer) permissions.set(scope, true)
    await permissions.demand(scope)
    return { ...FIX, ...PLACE, ...answer }
  }
  const start = async (): Promise<undefined> => {
    const here = await place('getLocation', 'scope.userLocation', {})
    signals.wake('LocationChange', true)
    setTimeout(() => signals.raise('LocationChange', here))
    return undefined
  }

  return {
    calls: {
      getLocation: (options) => place('getLocation', 'scope.userLocation', options),
      async getFuzzyLocation(options) {
        const { latitude, longitude } = await place('getFuzzyLocation', 'scope.userFuzzyLocation', options)
        return {
          latitude: Number(Number(latitude).toFixed(2)),
          longitude: Number(Number(longitude).toFixed(2)),
        }
      },
      startLocationUpdate: start,
      startLocationUpdateBackground: start,
      stopLocationUpdate() {
        signals.wake('LocationChange', false)
        return undefined
      },
      async chooseLocation(options) {
        const here = { name: '模拟位置', address: '广东省广州市', ...PLACE }
        const dialog = dialogs.modal(
          { title: '选择位置', content: `${here.name}（${here.address}）` },
          'chooseLocation',
        )
        const chosen = await drawnOrAnswered<Dict>(
          context,
          'chooseLocation',
          options,
          dialog as never,
          (given) => ({ ...given }),
        )
        if (chosen['confirm'] === false) throw new ApiFailure('cancel')
        return chosen['confirm'] === true ? here : { ...here, ...chosen }
      },
      async openLocation(options) {
        const { name, address, latitude, longitude } = options
        const where = [name, address, `${Number(latitude)}, ${Number(longitude)}`].filter(Boolean).join('\n')
        const drawn = {
          title: '地图（模拟器不绘制）',
          content: where,
          showCancel: false,
          confirmText: '关闭',
        }
        void dialogs.modal(drawn, 'openLocation')
        effect(context, 'openLocation', options)
        return Promise.resolve(undefined)
      },
    },
  }
}
