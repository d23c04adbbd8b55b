import { expect, test } from 'vitest'
import { decodeEntities } from '../src/engine/text-decoding'

test('the documented entities are decoded, once, and nothing else', () => {
  expect(decodeEntities('&lt;a&gt;&nbsp;&ensp;&emsp;&apos;&amp;lt;')).toBe("<a>\u00a0\u2002\u2003'&lt;")
  expect(decodeEntities('&copy; &#65; a & b;')).toBe('&copy; &#65; a & b;')
})
