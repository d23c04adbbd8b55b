// The component framework's nodes as this runtime uses them, and the few internals of glass-easel 0.12.1
// that are read directly. Every use of an underscore field of the framework stands in this file.

import * as glassEasel from 'glass-easel'
import type { Dict } from '../types'

export type EngineElement = glassEasel.Element
export type EngineComponent = glassEasel.GeneralComponent
export type EngineNative = glassEasel.NativeNode
export type EngineEvent = glassEasel.ShadowedEvent<unknown>

/** Template paths of built-in components start with this. */
export const BUILTIN_PATH = '__builtin__/'

interface ElementInternals {
  _$backendElement?: HTMLElement | null
  _$nodeAttributes?: Dict | null
  _$eventTarget?: { listeners: Dict; captureListeners: Dict | null } | null
  _$?: EngineElement
}

interface DataGroupInternals {
  _$propFields: Dict<{ defaultFn: () => unknown }>
}

declare global {
  interface Node {
    /** Set by the framework on every DOM node that stands for one of its elements. */
    __wxElement?: EngineElement
  }
}

const internals = (element: EngineElement): ElementInternals => element as unknown as ElementInternals

export function isComponent(value: unknown): value is EngineComponent {
  return glassEasel.Component.isComponent(value)
}

export function isBuiltin(element: EngineElement): element is EngineComponent {
  return isComponent(element) && element.is.startsWith(BUILTIN_PATH)
}

/** The value that a property has as long as nobody gives it one; undefined without such a property. */
export function defaultOf(component: EngineComponent, name: string): unknown {
  const group = glassEasel.Component.getDataProxy(component) as unknown as DataGroupInternals
  return group._$propFields[name]?.defaultFn()
}

/** An element or the method caller (`this` of a page or component) that stands for one. */
export function elementOf(target: object): EngineElement {
  return (target as ElementInternals)._$ ?? (target as EngineElement)
}

/** A slot is no node: what it holds is, to the component around it, the node that the slot is in. */
export function realNode(element: EngineElement): EngineElement {
  let node: EngineElement | null = element
  while (node && glassEasel.VirtualNode.isVirtualNode(node)) node = node.parentNode
  return node ?? element
}

export function domOf(element: EngineElement): HTMLElement | undefined {
  return internals(element)._$backendElement ?? undefined
}

/** Attributes of a native node that never reached the DOM (objects) or reached it as text. */
export function attributesOf(element: EngineElement): Dict {
  return internals(element)._$nodeAttributes ?? {}
}

export function keepAttribute(element: EngineElement, name: string, value: unknown): void {
  const own = internals(element)
  own._$nodeAttributes ??= Object.create(null) as Dict
  own._$nodeAttributes[name] = value
}

export function listensTo(element: EngineElement, type: string): boolean {
  const target = internals(element)._$eventTarget
  return Boolean(target?.listeners[type] ?? target?.captureListeners?.[type])
}

/** Data of a component: the value set last, properties included. */
export function dataOf(component: EngineComponent): Dict {
  return component.data as Dict
}

export function shadowHost(element: EngineElement): EngineComponent | undefined {
  return element.ownerShadowRoot?.getHostNode()
}

/** The `this` an app's methods run with. */
export function callerOf(component: EngineComponent): Dict {
  return component.getMethodCaller() as unknown as Dict
}

export function styleScopeNames(host: EngineComponent): string[] {
  const { styleScope, extraStyleScope } = host.getComponentOptions()
  const manager = host.getOwnerSpace().styleScopeManager
  return [styleScope, extraStyleScope]
    .map((scope) => (typeof scope === 'number' ? manager.queryName(scope) : undefined))
    .filter((name): name is string => Boolean(name))
}

/** The tag name in WXML of a DOM node, or undefined when it is not one of the app's. */
export function tagOf(node: Element): string | undefined {
  const name = node.tagName.toLowerCase()
  return name.startsWith('wx-') ? name.slice(3) : undefined
}

export function fire(
  element: EngineElement,
  type: string,
  detail: unknown,
  options: { bubbles?: boolean; composed?: boolean; capturePhase?: boolean; extraFields?: Dict } = {},
): void {
  element.triggerEvent(type, detail, options as glassEasel.EventOptions)
}
