import { expect, test } from 'vitest'
import { dirname, npmCandidates, resolvePath, shortHash } from '../src/paths'

test('a relative path starts at the folder of the file', () => {
  expect(resolvePath('pages/a/a', './b')).toBe('pages/a/b')
  expect(resolvePath('pages/a/a', '../../utils/x.js')).toBe('utils/x.js')
})

test('a leading slash means the project root, and nothing leads above it', () => {
  expect(resolvePath('pages/a/a', '/utils/x')).toBe('utils/x')
  expect(resolvePath('a', '../../x')).toBe('x')
})

test('npm packages are looked up from the folder upwards', () => {
  expect(npmCandidates('p/q/f.js', 'lib')).toEqual([
    'p/q/miniprogram_npm/lib',
    'p/miniprogram_npm/lib',
    'miniprogram_npm/lib',
  ])
})

test('a file at the root has no folder', () => {
  expect(dirname('app.js')).toBe('')
})

test('the short name of a path depends on the path only', () => {
  expect(shortHash('components/card')).toBe(shortHash('components/card'))
  expect(shortHash('components/card')).not.toBe(shortHash('components/cart'))
})
