import { expect, test } from 'vitest'
import type { SourceError } from '../src/errors'
import { lineOfToken, parseJsonFile } from '../src/json-source'

function refusal(text: string): SourceError {
  try {
    parseJsonFile('a.json', text)
  } catch (error) {
    return error as SourceError
  }
  throw new Error('it was accepted')
}

test('a byte order mark is allowed', () => {
  expect(parseJsonFile('a.json', '\uFEFF{"a":1}')).toEqual({ a: 1 })
})

test('a syntax error is told with its line', () => {
  expect(refusal('{\n "a": 1,\n}').line).toBe(3)
  expect(refusal('{\n "a": 1\n "b": 2\n}').line).toBe(3)
  expect(refusal('{\n "a": tru\n}').line).toBe(2)
  expect(refusal('{\n "a": [1,],\n "b": 2}').line).toBe(2)
  expect(refusal('{\n "a": 1}\n}').line).toBe(3)
})

test('a file that ends too soon is told with its last line', () => {
  expect(refusal('{\n "a": 1\n\n').line).toBe(2)
})

test('the message is one line: file, line, what, what to do', () => {
  expect(refusal('{\n,}').message).toMatch(/^a\.json:2: not valid JSON \(.*\), correct the file$/)
})

test('settings are an object', () => {
  expect(refusal('[]').message).toBe('a.json:1: the file must hold one JSON object, put the settings in { }')
})

test('the line of a token', () => {
  expect(lineOfToken('{\n"a":1,\n"b":2}', 'b')).toBe(3)
  expect(lineOfToken('{}', 'b')).toBe(1)
})
