// What WXS functions that answer events and property changes are given: descriptors of a component and of the
// node it is about, through which they change the page without setData.
// https://developers.weixin.qq.com/miniprogram/dev/framework/view/interactive-animation.html

import { passOn } from '../fault'
import type { Dict } from '../types'
import { callerOf, domOf, fire, isComponent, type EngineElement } from './nodes'

/** Segments of inline style and class list that neither templates nor animations write. */
const STYLE_SEGMENT = 3
const CLASS_SEGMENT = 2

interface ClassList {
  toggle(name: string, force: boolean, segment: number): void
}

const known = new WeakMap<EngineElement, Descriptor>()

export function descriptorOf(element: EngineElement): Descriptor {
  let made = known.get(element)
  if (!made) known.set(element, (made = new Descriptor(element)))
  return made
}

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

class Descriptor {
  private readonly state: Dict = {}
  readonly #element: EngineElement

  constructor(element: EngineElement) {
    this.#element = element
  }

  selectComponent(selector: string): Descriptor | null {
    return this.selectAllComponents(selector)[0] ?? null
  }

  selectAllComponents(selector: string): Descriptor[] {
    const element = this.#element
    const tree = isComponent(element) ? element.getShadowRoot() : element.ownerShadowRoot
    return (tree?.querySelectorAll(selector) ?? []).map(descriptorOf)
  }

  setStyle(style: string | Dict): void {
    const text =
      typeof style === 'string'
        ? style
        : Object.entries(style)
            .map(([name, value]) => `${dashed(name)}:${String(value)}`)
            .join(';')
    this.#element.setNodeStyle(text, STYLE_SEGMENT)
  }

  addClass(name: string): void {
    this.toggle(name, true)
  }

  removeClass(name: string): void {
    this.toggle(name, false)
  }

  hasClass(name: string): boolean {
    return this.#element.classList?.contains(name) === true || this.#element.class.split(/\s+/).includes(name)
  }

  getDataset(): Dict {
    return { ...(this.#element.dataset as Dict) }
  }

  /** Of a node that is no component, the method of the component it is in. */
  callMethod(name: string, args?: unknown): void {
    const element = this.#element
    const owner = isComponent(element) ? element : element.ownerShadowRoot?.getHostNode()
    const caller = owner && callerOf(owner)
    const method = caller?.[name]
    if (typeof method === 'function') Reflect.apply(method, caller, [args])
  }

  triggerEvent(name: string, detail?: unknown, options?: Dict): void {
    fire(this.#element, name, detail ?? {}, options)
  }

  getState(): Dict {
    return this.state
  }

  getComputedStyle(names: readonly string[]): Dict<string> {
    const dom = domOf(this.#element)
    const style = dom && getComputedStyle(dom)
    return Object.fromEntries(names.map((name) => [name, style?.getPropertyValue(dashed(name)) ?? '']))
  }

  getBoundingClientRect(): Dict<number> {
    const { left, top, right, bottom, width, height } =
      domOf(this.#element)?.getBoundingClientRect() ?? new DOMRect()
    return { left, top, right, bottom, width, height }
  }

  requestAnimationFrame(run: () => void): number {
    return passOn(() => requestAnimationFrame(run))
  }

  setTimeout(run: () => void, after?: number): number {
    return window.setTimeout(run, after)
  }

  clearTimeout(timer: number): void {
    window.clearTimeout(timer)
  }

  private toggle(name: string, on: boolean): void {
    const list = this.#element.classList as unknown as ClassList | null
    list?.toggle(name, on, CLASS_SEGMENT)
  }
}
