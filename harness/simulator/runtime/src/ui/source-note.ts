// The note in a page whose files are broken: what it lacks, and where. It takes no touches, and stands in a
// tree of its own, so that it is no text of the page.

import type { SourceError } from '../errors'
import { node } from './dom'

const STYLE = [
  'position:fixed;z-index:2147483647;left:0;right:0;bottom:0;max-height:50%;overflow:hidden',
  'pointer-events:none;padding:8px 12px;background:#b71c1c;color:#fff;font:12px/1.5 sans-serif',
  'white-space:pre-wrap;overflow-wrap:anywhere',
].join(';')

export function noteIn(page: Element, errors: readonly SourceError[]): void {
  const host = document.createElement('sim-source-note')
  const note = node('div', '', errors.map(({ message }) => message).join('\n'))
  note.style.cssText = STYLE
  host.attachShadow({ mode: 'open' }).append(note)
  page.append(host)
}
