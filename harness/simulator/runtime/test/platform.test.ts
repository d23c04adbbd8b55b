import { expect, test } from 'vitest'
import { PLATFORM, wrongOptions } from '../src/wx/platform'
import { DeviceState } from '../src/wx/device-state'
import { SIGNALS, Signals } from '../src/wx/signals'
import { Slots } from '../src/wx/tasks'
import { listening } from './listening'

const { exceptions } = listening()

test('what an API needs is read from its own declarations', () => {
  expect(PLATFORM['request']).toMatchObject({ kind: 'call', needs: { url: 'String' } })
  expect(PLATFORM['getSystemInfoSync']).toMatchObject({ kind: 'function' })
  expect(wrongOptions('navigateTo', {})).toBe(
    'parameter error: parameter.url should be String instead of Undefined;',
  )
  expect(wrongOptions('previewImage', { urls: 'x' })).toBe(
    'parameter error: parameter.urls should be Array instead of String;',
  )
  expect(wrongOptions('previewImage', { urls: [] })).toBeUndefined()
})

test('every signal is one of the published listeners', () => {
  expect(SIGNALS.filter((name) => !(`on${name}` in PLATFORM))).toEqual([])
})

test('only who listens to a fact that changed hears of it', () => {
  const deviceState = new DeviceState({ networkType: 'wifi', battery: { level: 1 } })
  const heard: unknown[] = []
  deviceState.on('networkType', (value) => heard.push(value))
  deviceState.on('battery', (value) => heard.push(value))
  deviceState.become({ networkType: '4g', battery: { level: 1 } })
  expect(heard).toEqual(['4g'])
  expect(deviceState.fact('networkType')).toBe('4g')
})

test('an event that sleeps is heard by nobody', () => {
  const signals = new Signals(exceptions)
  const heard: unknown[] = []
  signals.of('GyroscopeChange').add((detail) => heard.push(detail))
  signals.wake('GyroscopeChange', false)
  expect(signals.raise('GyroscopeChange', 1)).toBe(0)
  signals.wake('GyroscopeChange', true)
  expect(signals.raise('GyroscopeChange', 2)).toBe(1)
  expect(heard).toEqual([2])
})

test('as many run at once as there are slots, the rest in order', async () => {
  const slots = new Slots(2)
  const order: number[] = []
  let running = 0
  let most = 0
  const work = async (number: number): Promise<void> => {
    await slots.take()
    most = Math.max(most, ++running)
    order.push(number)
    await new Promise((resolve) => setTimeout(resolve))
    running -= 1
    slots.free()
  }
  await Promise.all([1, 2, 3, 4, 5].map(work))
  expect(order).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)
})
