// Query strings of page paths, read the way WeChat does: names are decoded, values are not (the page decodes
// them itself; only where they become properties the framework does), and what follows a second `=` in a pair
// or a second `?` in the URL is lost.

import { passOn } from './fault'

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `bare` is the value of a name that stands alone. */
export function parseQuery(text: string, bare = ''): Record<string, string> {
  const query: Record<string, string> = {}
  for (const pair of text.split('&')) {
    const [name = '', value = bare] = pair.split('=')
    if (pair !== '') query[decode(name)] = value
  }
  return query
}

/** The query whose values become properties of a page made by Component(). */
export function decoded(query: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, decode(value)]))
}

export function formatQuery(query: Readonly<Record<string, unknown>>): string {
  return Object.entries(query)
    .map(([key, value]) =>
      passOn(() => `${encodeURIComponent(key)}=${encodeURIComponent(queryValue(value))}`),
    )
    .join('&')
}

function queryValue(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

export function splitUrl(url: string, bare?: string): { path: string; query: Record<string, string> } {
  const [path = '', query = ''] = url.split('?')
  return { path, query: parseQuery(query, bare) }
}
