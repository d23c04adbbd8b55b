// JSON files of the source tree, with the line of what is wrong in them.

import { SourceError } from './errors'
import type { Dict } from './types'

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** Line of the first occurrence of a JSON string token, or 1. */
export function lineOfToken(text: string, token: string): number {
  const index = text.indexOf(JSON.stringify(token))
  return index < 0 ? 1 : lineAt(text, index)
}

/** The message of a parse failure that is more than the text ending too soon. */
function fault(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const { message } = error as Error
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0)
    const ended = /end of JSON|Unterminated string/.test(message) || position >= text.length
    return ended ? undefined : message
  }
}

/**
 * The line a text stops being JSON on. Engines tell a position for some faults only; the shortest prefix
 * that is wrong already has it.
 */
function errorLine(text: string): number {
  if (fault(text) === undefined) return lineAt(text, text.trimEnd().length)
  let good = 0
  let bad = text.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (fault(text.slice(0, middle)) === undefined) good = middle
    else bad = middle
  }
  return lineAt(text, bad - 1)
}

/** Parses a JSON object file; a BOM is allowed, anything else that is not JSON is a SourceError. */
export function parseJsonFile(path: string, text: string): Dict {
  const clean = text.replace(/^\uFEFF/, '')
  let value: unknown
  try {
    value = JSON.parse(clean)
  } catch (error) {
    const message = (error as Error).message.replace(/\s+/g, ' ')
    throw new SourceError(path, errorLine(clean), `not valid JSON (${message})`, 'correct the file')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SourceError(path, 1, 'the file must hold one JSON object', 'put the settings in { }')
  }
  return value as Dict
}
