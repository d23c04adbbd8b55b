// What a built-in component is made of: a declaration the framework registers, and a control object per
// instance that holds its behaviour. Owns finding controls from the DOM; knows no single component.

import {
  dataOf,
  domOf,
  fire,
  isComponent,
  type EngineComponent,
  type EngineElement,
  type EngineEvent,
} from '../engine/nodes'
import type { Dict } from '../types'
import type { CanvasHost } from './canvas-node'
import type { Opened } from './open-types'
import type { OpenPicker } from '../ui/picker-sheet'

interface PropertySpec {
  type: StringConstructor | NumberConstructor | BooleanConstructor | ObjectConstructor | null
  value?: unknown
}

export const text = (value = ''): PropertySpec => ({ type: String, value })
export const number = (value = 0): PropertySpec => ({ type: Number, value })
export const flag = (value = false): PropertySpec => ({ type: Boolean, value })
export const any = (value: unknown = null): PropertySpec => ({ type: null, value })

/** What built-in components may ask of the rest of the runtime. */
export interface BuiltinHost {
  /** The address of an asset named in the template a node belongs to. */
  assetUrl(src: string, node: EngineComponent): string
  navigate(kind: string, options: Dict): void
  /** `open-type` of a button; resolves to the events it fires. */
  openType(type: string, node: EngineComponent): Promise<Opened[]>
  /** Opens the sheet of a picker; undefined for a mode there is none of. */
  pick(options: Dict, onColumn: (column: number, value: number) => void): OpenPicker | undefined
  animate(node: EngineElement, data: unknown): void
  /** What a canvas of the template a node belongs to may ask. */
  canvas(node: EngineComponent): CanvasHost
  /** Settings of the page a node is on, under the names of its configuration. */
  pageSettings(node: EngineComponent, settings: Dict): void
  /** A node stands in front of its page, and goes first when the person goes back; until it is taken away. */
  cover(node: EngineComponent, close: () => void): void
  uncover(node: EngineComponent): void
  /** Notes that the app used what is only stood for here. */
  gap(what: string): void
  /** How high the keyboard stands while it is shown. */
  keyboardHeight(): number
}

export interface BuiltinDeclaration {
  readonly tag: string
  readonly template: string
  /** The template has slots with names. */
  readonly multipleSlots?: boolean
  readonly properties: Dict<PropertySpec>
  /** Properties mirrored as attributes of the DOM node, for style sheets. */
  readonly reflected?: readonly string[]
  readonly data?: Dict
  readonly control: new (node: EngineComponent, host: BuiltinHost) => Control
  /**
   * A tap changes it. In WeChat it has changed by the time the app's handler runs, which may set `checked` to
   * what it is by then and must not find it turned once more.
   */
  readonly tappable?: boolean
}

const controls = new WeakMap<EngineElement, Control>()

let drawing = false

/**
 * Runs what a control does because the app sets data. What it has to tell comes after that, as in WeChat,
 * where components are drawn elsewhere: a handler that sets data would begin a drawing in the midst of one.
 */
export function whileDrawing(run: () => void): void {
  const before = drawing
  drawing = true
  try {
    run()
  } finally {
    drawing = before
  }
}

export class Control {
  constructor(
    readonly node: EngineComponent,
    protected readonly host: BuiltinHost,
  ) {
    controls.set(node, this)
  }

  /** The node is in the document. */
  attached(): void {
    // Most controls have nothing to prepare.
  }

  detached(): void {
    // Most controls hold nothing to release.
  }

  /** It was tapped, which the app hears of next; of those that are declared `tappable`. */
  tapped(_event: EngineEvent): void {
    // Most controls do nothing of their own.
  }

  /** A property or datum changed, also by the control itself. */
  changed(_name: string): void {
    // Most templates follow their data without help.
  }

  /** What `SelectorQuery.node` gives for it. */
  apiNode(): unknown {
    return null
  }

  /** What `SelectorQuery.context` and `wx.create…Context` give for it. */
  apiContext(): Dict | undefined {
    return undefined
  }

  get dom(): HTMLElement {
    const dom = domOf(this.node)
    if (!dom) throw new Error('the component has no DOM node')
    return dom
  }

  /** Whether it has a node in the page: what comes later (a load, a frame) may find it gone. */
  get present(): boolean {
    return Boolean(domOf(this.node))
  }

  /** Run in the next frame, unless the component has left the page by then. */
  protected nextFrame(run: () => void): void {
    requestAnimationFrame(() => {
      if (this.present) run()
    })
  }

  protected get data(): Dict {
    return dataOf(this.node)
  }

  protected string(name: string): string {
    const value = this.data[name]
    return value === undefined || value === null ? '' : String(value)
  }

  protected set(values: Dict): void {
    this.node.setData(values)
  }

  protected fire(type: string, detail: unknown = {}): void {
    if (!drawing) {
      fire(this.node, type, detail)
      return
    }
    queueMicrotask(() => {
      if (this.present) fire(this.node, type, detail)
    })
  }

  protected listen(type: string, listener: (event: EngineEvent) => void): void {
    this.node.addListener(type, (event) => {
      listener(event)
    })
  }
}

/** A control that has a value in a form. */
interface FormField extends Control {
  formValue(): unknown
  formReset(): void
}

/** A control a label can act on. */
export interface Activatable extends Control {
  activate(): void
}

export function controlOf(element: EngineElement | undefined): Control | undefined {
  return element && controls.get(element)
}

export function isFormField(control: Control | undefined): control is FormField {
  return typeof (control as Partial<FormField> | undefined)?.formValue === 'function'
}

export function isActivatable(control: Control | undefined): control is Activatable {
  return typeof (control as Partial<Activatable> | undefined)?.activate === 'function'
}

/** The nearest control of a class around a control. */
export function controlAround<T extends Control>(
  inner: Control,
  kind: new (...args: never[]) => T,
): T | undefined {
  // Its node may be gone: a handler of the same tap took it off the page.
  for (let at = domOf(inner.node)?.parentNode; at; at = at.parentNode) {
    const control = controlOf(at.__wxElement)
    if (control instanceof kind) return control
  }
  return undefined
}

/** The components inside a control, document order. */
export function* componentsInside(outer: Control): Generator<EngineComponent> {
  for (const dom of outer.dom.querySelectorAll('*')) {
    const element = dom.__wxElement
    if (isComponent(element)) yield element
  }
}

export function controlsInside<T extends Control>(outer: Control, kind: new (...args: never[]) => T): T[] {
  return [...componentsInside(outer)]
    .map(controlOf)
    .filter((control): control is T => control instanceof kind)
}
