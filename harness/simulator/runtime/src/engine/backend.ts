// The DOM backend of the framework: its own one, with `wx-` tag names, our gestures, and fewer DOM listeners.

import * as glassEasel from 'glass-easel'
import { Gestures, type InputEvent } from './gestures'
import { Hover } from './hover'

/** Templates of built-in components write `<h-input>` for the real `<input>`. */
const RAW_PREFIX = 'h-'

/** DOM events an app may bind on its own elements; everything else is the component's own event. */
const DOM_EVENTS = /^(transitionend|animation(start|iteration|end))$/
/** Told by the recogniser, whose listener is not passive: a caught touchmove stops scrolling. */
const TOUCH_EVENTS = /^touch(start|move|end|cancel)$/

type Trigger = (event: InputEvent, type: string, detail: object, bubbles: boolean, composed: boolean) => void

type Backend = glassEasel.CurrentWindowBackendContext
/** The framework declares its own `Element` for DOM nodes. */
type BackendNode = Parameters<Backend['setListenerStats']>[0]
type MutLevel = Parameters<Backend['setListenerStats']>[3]

const asBackendNode = (node: Node): BackendNode => node as unknown as BackendNode

function createNode(tagName: string): Element {
  if (tagName.startsWith(RAW_PREFIX)) return document.createElement(tagName.slice(RAW_PREFIX.length))
  return document.createElement(tagName.startsWith('wx-') ? tagName : `wx-${tagName}`)
}

export class PageBackend extends glassEasel.CurrentWindowBackendContext {
  readonly gestures: Gestures
  /** Hears of every element that is made, by the tag of its template. */
  onCreate: (tag: string) => void = () => undefined

  constructor() {
    super()
    this.document = {
      createElement: (tagName) => {
        this.onCreate(tagName)
        return asBackendNode(createNode(tagName))
      },
      createTextNode: (text) => asBackendNode(document.createTextNode(text)),
      createDocumentFragment: () => asBackendNode(document.createDocumentFragment()),
    }
    this.gestures = new Gestures((event, type, detail) => this.trigger(event, type, detail), new Hover())
  }

  /** Sends an input event to the framework element under its target. */
  trigger(event: InputEvent, type: string, detail: object): void {
    const trigger = (this as unknown as { _$trigger: Trigger })._$trigger
    trigger.call(this, event, type, detail, true, true)
  }

  // glass-easel listens in the DOM for every name somebody binds: `bind:click` on a component would
  // fire for its own event and again for the browser's click.
  override setListenerStats(element: BackendNode, type: string, capture: boolean, mutLevel: MutLevel): void {
    const node = element as unknown as Element | null
    if (node?.nodeType !== Node.ELEMENT_NODE || TOUCH_EVENTS.test(type)) return
    if (DOM_EVENTS.test(type) || !node.tagName.startsWith('WX-')) {
      super.setListenerStats(element, type, capture, mutLevel)
    }
  }

  // Replaces the framework's own recogniser, which has no longpress and ignores a mouse after a touch.
  protected _$initEvent(): void {
    this.gestures.listen(document)
  }
}
