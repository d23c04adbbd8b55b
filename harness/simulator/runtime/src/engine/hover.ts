// hover-class: the class a view or button wears while it is touched.

import { attributesOf, dataOf, isComponent, type EngineElement } from './nodes'

// https://developers.weixin.qq.com/miniprogram/dev/component/button.html: hover-stay-time.
const STAY_MS = 70
/** Segment of the class list that neither templates nor app code write. */
const CLASS_SEGMENT = 3

type ClassToggle = (name: string, force: boolean, segment: number) => void

export class Hover {
  private worn: { element: EngineElement; classes: string[] }[] = []

  start(node: Node | null): void {
    for (let at = node; at; at = at.parentNode) {
      const element = at.__wxElement
      const classes = element ? hoverClasses(element) : []
      if (!element || classes.length === 0) continue
      for (const name of classes) toggle(element, name, true)
      this.worn.push({ element, classes })
      return
    }
  }

  end(): void {
    if (this.worn.length === 0) return
    const worn = this.worn
    this.worn = []
    setTimeout(() => {
      for (const { element, classes } of worn) for (const name of classes) toggle(element, name, false)
    }, STAY_MS)
  }
}

function hoverClasses(element: EngineElement): string[] {
  const value = isComponent(element)
    ? hoverOfComponent(dataOf(element))
    : attributesOf(element)['hover-class']
  if (typeof value !== 'string' || value === 'none') return []
  return value.split(/\s+/).filter(Boolean)
}

function hoverOfComponent(data: Record<string, unknown>): unknown {
  return data['disabled'] === true ? undefined : data['hoverClass']
}

function toggle(element: EngineElement, name: string, on: boolean): void {
  const list = element.classList as unknown as { toggle: ClassToggle } | null
  list?.toggle(name, on, CLASS_SEGMENT)
}
