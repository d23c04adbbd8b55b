// Query strings of page paths, decoded the way WeChat does: a broken escape stays as it is.

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function parseQuery(text: string): Record<string, string> {
  const query: Record<string, string> = {}
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const cut = pair.indexOf('=')
    if (cut < 0) query[decode(pair)] = ''
    else query[decode(pair.slice(0, cut))] = decode(pair.slice(cut + 1))
  }
  return query
}

export function formatQuery(query: Readonly<Record<string, unknown>>): string {
  return Object.entries(query)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(queryValue(value))}`)
    .join('&')
}

function queryValue(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

export function splitUrl(url: string): { path: string; query: Record<string, string> } {
  const cut = url.indexOf('?')
  if (cut < 0) return { path: url, query: {} }
  return { path: url.slice(0, cut), query: parseQuery(url.slice(cut + 1)) }
}
