import { describe, expect, test } from 'vitest'
import { AppError, AutomationError, NotSimulated, SourceError } from '../src/errors'
import { CALL_OF_APP, faultOf, passOn, type Fault } from '../src/fault'
import { Exceptions } from '../src/app/exceptions'
import { ApiFailure, publish } from '../src/wx/calls'
import { FileProblem } from '../src/wx/file-tree'
import { NetworkFailure } from '../src/wx/tasks'
import { templateAt } from '../src/wxml/places'
import { wrongArguments } from '../src/wx/platform'
import { listening } from './listening'

const HOST = 'https://mp.invalid/__host/host.js'
const OURS = `t.deep (${HOST}:1:2345)`
const DIFF = `${HOST}:1:99`
const PAGE = 'li.onTap (pages/a/a.js:12:7)'
const NPM = 'VueLike.set (miniprogram_npm/lib/index.js:3:9)'
const LANGUAGE = ['JSON.parse (<anonymous>)', 'Array.forEach (<anonymous>)', 'new Promise (<anonymous>)']
const TEMPLATE = `Object.eval [as C] (eval at Ho (${HOST}:1:400), <anonymous>:3:12)`
const BUILTIN = `Object.eval [as C] (eval at Ho (${HOST}:1:400), <anonymous>:9:12)`
const EVALUATED = 'eval (eval at onLoad (pages/a/a.js:3:5), <anonymous>:1:1)'
const CALL = `e.${CALL_OF_APP} (${HOST}:1:77)`

function thrown(frames: readonly string[], error: Error = new TypeError('x is undefined')): Error {
  const lines = frames.map((frame) => `    at ${frame}`)
  error.stack = [`${error.name}: ${error.message}`, ...lines].join('\n')
  return error
}

const isBuiltin = (line: number): boolean => line === 9

describe('whose code threw', () => {
  const cases: [what: string, frames: string[], fault: Fault][] = [
    ['a page', [PAGE], 'app'],
    ['a page, called by the runtime', [PAGE, OURS], 'app'],
    ['a package of the app', [NPM, PAGE, OURS], 'app'],
    ['the runtime alone', [OURS], 'simulator'],
    ['the runtime, in a timer', [DIFF], 'simulator'],
    ['the runtime, called by the app as it may be', [OURS, DIFF, PAGE], 'simulator'],
    ['the runtime, called by a package', [OURS, NPM], 'simulator'],
    ['the runtime, in a promise', [`async t.load (${HOST}:1:5)`], 'simulator'],
    ['the app, in a promise', ['async Object.onLoad (pages/a/a.js:5:3)', `async ${DIFF}`], 'app'],
    [
      'the runtime, awaited by the app',
      [`async t.load (${HOST}:1:5)`, 'async onLoad (app.js:1:1)'],
      'simulator',
    ],
    ['the language, called by the app', [...LANGUAGE, PAGE], 'app'],
    ['the language, called by the runtime', [...LANGUAGE, OURS], 'simulator'],
    ['the language, called by the runtime for the app', [...LANGUAGE, OURS, PAGE], 'simulator'],
    [
      'a getter of the app that the runtime reads',
      ['get x [as x] (app.js:1:2)', 'JSON.stringify (<anonymous>)', OURS],
      'app',
    ],
    ['a template of the app', [TEMPLATE, OURS], 'app'],
    ['a method a template calls', ['String.toUpperCase (<anonymous>)', TEMPLATE, OURS], 'app'],
    ['the runtime, called by a template', [OURS, TEMPLATE, OURS], 'simulator'],
    ['a template of a built-in component', [BUILTIN, OURS], 'simulator'],
    ['code the app made from text', [EVALUATED], 'app'],
    [
      'a function of the language that the app gave to be called',
      ['JSON.parse (<anonymous>)', 'Reflect.apply (<anonymous>)', CALL, OURS],
      'app',
    ],
    ['the runtime, while it calls the app', [OURS, CALL, OURS], 'simulator'],
    ['a function of the language, called by a timer', ['JSON.parse (<anonymous>)'], 'app'],
    ['nobody, for there is no frame', [], 'app'],
    ['the runtime, called by whoever drives the page', [OURS, '<anonymous>:3:44'], 'simulator'],
    ['the runtime, after code of the driver', ['UtilityScript.evaluate (:1:2)', OURS], 'simulator'],
    ['a file with a blank in its name', ['tap (pages/my page/a.js:1:2)'], 'app'],
    ['a function without a name', ['pages/a/a.js:7:1'], 'app'],
    ['a constructor of the app', ['new Store (utils/store.ts:2:2)', OURS], 'app'],
  ]
  test.each(cases)('%s', (_what, frames, fault) => {
    expect(faultOf(thrown(frames), isBuiltin)).toBe(fault)
  })
})

describe('what is thrown on purpose', () => {
  const cases: [what: string, error: unknown, fault: Fault][] = [
    ['a refusal of an API', thrown([OURS, PAGE], new ApiFailure('auth deny')), 'app'],
    ['a refusal of the network', thrown([OURS], new NetworkFailure('invalid url', 600009)), 'app'],
    ['a refusal of a file', thrown([OURS, PAGE], new FileProblem('no such file')), 'app'],
    ['a refusal of its own', thrown([OURS], new AppError('Page() was called outside')), 'app'],
    [
      'a source tree that cannot run',
      thrown([OURS], new SourceError('a.js', 1, 'not valid', 'mend it')),
      'app',
    ],
    [
      'a path no data has',
      thrown([OURS, PAGE], new Error('data path descriptor "a[" is illegal at char 2')),
      'app',
    ],
    ['a behavior nobody wrote', thrown([OURS], new Error('behavior "x" is not found.')), 'app'],
    ['the same words by accident', thrown([OURS], new TypeError('behavior "x" is not found.')), 'simulator'],
    ['what the app gave to be called', thrown([OURS], new TypeError('e.apply is not a function')), 'app'],
    ['an assertion of the runtime', thrown([OURS], new Error('the component has no DOM node')), 'simulator'],
    ['a request of a driver', thrown([OURS], new AutomationError('no such element')), 'simulator'],
    ['what is not simulated', thrown([OURS, PAGE], new NotSimulated('scanCode:fail')), 'simulator'],
    ['a text', 'no', 'app'],
    ['null', null, 'app'],
    ['an object of the app', { errMsg: 'no' }, 'app'],
    [
      'an error of the app around one of the runtime',
      thrown([PAGE], new Error('x', { cause: thrown([OURS]) })),
      'simulator',
    ],
    [
      'an error of the app around one of its own',
      thrown([PAGE], new Error('x', { cause: thrown([PAGE]) })),
      'app',
    ],
    [
      'a refusal around an error of the app',
      thrown([OURS], new AppError('x', { cause: thrown([PAGE]) })),
      'app',
    ],
    ['a refusal around a fault', thrown([OURS], new AppError('x', { cause: thrown([OURS]) })), 'simulator'],
  ]
  test.each(cases)('%s', (_what, error, fault) => {
    expect(faultOf(error, isBuiltin)).toBe(fault)
  })
})

test('in a circle of calls, any of the circle may be the last: the app is in it or not', () => {
  const endless = (frames: string[]): Error =>
    thrown(frames, new RangeError('Maximum call stack size exceeded'))
  expect(faultOf(endless([OURS, DIFF, OURS, PAGE, OURS]))).toBe('app')
  expect(faultOf(endless([OURS, DIFF, OURS, DIFF]))).toBe('simulator')
})

test('an error that is its own cause ends', () => {
  const error = thrown([OURS])
  error.cause = error
  expect(faultOf(error)).toBe('simulator')
})

test('what the browser refuses of the app’s values is the app’s', () => {
  const refuse = (): never => {
    throw thrown([OURS], new TypeError("Failed to execute 'drawImage'"))
  }
  let caught: unknown
  try {
    passOn(refuse)
  } catch (error) {
    caught = error
  }
  expect(faultOf(caught)).toBe('app')
})

test('the method that calls the app has the name that is looked for', () => {
  expect(Exceptions.prototype).toHaveProperty(CALL_OF_APP)
})

test('a place in compiled templates is in the last that began before it', () => {
  const code = 'shared\nG["pages/a"]=1;G["__builtin__/image"]=2\n3'
  expect(templateAt(code, 1, 3)).toBeUndefined()
  expect(templateAt(code, 2, 13)).toBe('pages/a')
  expect(templateAt(code, 3, 1)).toBe('__builtin__/image')
})

describe('an API that fails', () => {
  const fault = thrown([OURS, PAGE])

  test('by a fault tells the app as always, and the host what it was', async () => {
    const { exceptions, told } = listening()
    const fail = (): never => {
      throw fault
    }
    const failed = publish('getThing', fail, exceptions)() as Promise<never>
    const reason: unknown = await failed.catch((error: unknown) => error)
    expect(reason).toEqual({ errMsg: 'getThing:fail x is undefined' })
    expect(told).toEqual([['fault', 'TypeError: x is undefined']])
    exceptions.report(reason)
    expect(told).toHaveLength(1)
    expect(faultOf(reason)).toBe('simulator')
  })

  test('by a refusal, which the app does not handle, is the app’s', async () => {
    const { exceptions, told } = listening()
    const fail = (): never => {
      throw thrown([OURS, PAGE], new ApiFailure('auth deny'))
    }
    const failed = publish('getThing', fail, exceptions)() as Promise<never>
    exceptions.report(await failed.catch((error: unknown) => error))
    expect(told).toEqual([['App.exceptionThrown', 'getThing:fail auth deny']])
  })

  test('for it is not simulated is told only when the app does not handle it', async () => {
    const { exceptions, told } = listening()
    const fail = (): never => {
      throw thrown([OURS], new NotSimulated('not supported by the simulator'))
    }
    const failed = publish('getThing', fail, exceptions)() as Promise<never>
    const reason: unknown = await failed.catch((error: unknown) => error)
    expect(told).toEqual([])
    exceptions.report(reason)
    expect(told).toEqual([['fault', 'getThing:fail not supported by the simulator']])
  })
})

describe('a function the app calls', () => {
  const wrong = (args: unknown[]): string | undefined => wrongArguments('rpx2px', [{ type: 'Number' }], args)

  test('tells its fault once, and throws it on', () => {
    const { exceptions, told } = listening()
    const error = thrown([OURS, PAGE])
    const run = exceptions.watched((_: number) => {
      throw error
    }, wrong)
    expect(() => run(1)).toThrow(error)
    exceptions.report(error)
    expect(told).toEqual([['fault', 'TypeError: x is undefined']])
  })

  test('refuses what it was given wrongly', () => {
    const { exceptions, told } = listening()
    const run = exceptions.watched((_: number) => {
      throw thrown([OURS, PAGE])
    }, wrong)
    const call = (): unknown => run('1' as unknown as number)
    expect(call).toThrow('rpx2px:fail parameter error: parameter should be Number instead of String;')
    expect(told).toEqual([])
  })

  test('lets through what the app’s own code threw', () => {
    const { exceptions, told } = listening()
    const error = thrown([PAGE, OURS])
    const run = exceptions.watched((_: number) => {
      throw error
    }, wrong)
    expect(() => run('1' as unknown as number)).toThrow(error)
    expect(told).toEqual([])
  })
})

test('what the app gave to be called and is no function is the app’s', () => {
  const { exceptions, told } = listening()
  exceptions.guard('later' as unknown as () => void)
  expect(told).toEqual([['App.exceptionThrown', 'later is not a function']])
})

test('App.onError hears of the app’s exceptions, not of faults', () => {
  const { exceptions } = listening()
  const heard: string[] = []
  exceptions.onError.add((message) => heard.push(message))
  exceptions.report(thrown([OURS]))
  exceptions.report(thrown([PAGE], new Error('mine')))
  expect(heard).toEqual(['Error: mine\n    at li.onTap (pages/a/a.js:12:7)'])
})
