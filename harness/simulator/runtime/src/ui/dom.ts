// DOM of the dialogs: making nodes, buttons that take only their own touches, and the signs WeChat draws.

type Child = Node | string

export function node(tag: string, className: string, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  made.append(...children)
  return made
}

export function button(className: string, label: Child, onTap: () => void, color?: unknown): HTMLElement {
  const made = node('div', `sim-button ${className}`, label)
  made.setAttribute('role', 'button')
  if (typeof color === 'string') made.style.color = color
  // The touch that opened the dialog still becomes a click, on whatever is under the finger by then.
  let pressed = false
  made.addEventListener('pointerdown', () => (pressed = true))
  made.addEventListener('click', (event) => {
    if (pressed || !event.isTrusted) onTap()
  })
  return made
}

const STROKES: Record<string, string> = {
  success: 'M5 21l10 10L36 10',
  error: 'M20 8v16M20 31v1',
  play: 'M13 8v24l19-12z',
  back: 'M26 6L12 20l14 14',
  close: 'M10 10l20 20M30 10L10 30',
}

const SVG = 'http://www.w3.org/2000/svg'

/** A sign drawn with lines of the text's colour. */
export function sign(name: string): Element {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 40 40')
  svg.setAttribute('class', `sim-sign sim-sign-${name}`)
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', STROKES[name] ?? '')
  svg.append(path)
  return svg
}

export const spinner = (): Element => node('div', 'sim-spinner')
