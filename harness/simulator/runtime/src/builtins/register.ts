// Registers the built-in components and native tags with the component framework.

import type { Engine } from '../engine/space'
import { BUILTIN_PATH, dataOf, type EngineComponent, type EngineEvent } from '../engine/nodes'
import type { Dict } from '../types'
import {
  any,
  controlOf,
  flag,
  whileDrawing,
  type BuiltinDeclaration,
  type BuiltinHost,
  type Control,
} from './control'
import { IDLE_PROPERTIES } from './idle-properties'
import { BUILTINS } from './index'
import { NATIVE_TAGS } from './native'

const COMMON = { hidden: flag(), animation: any() }
const HANDLER = /\b(?:bind|catch):\w+="(\w+)"/g

type Handler = (event: EngineEvent) => void

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function reflect(control: Control, name: string): void {
  const value = dataOf(control.node)[name]
  const attribute = dashed(name)
  if (value === false || value === '' || value === undefined || value === null)
    control.dom.removeAttribute(attribute)
  else control.dom.setAttribute(attribute, value === true ? '' : String(value))
}

/** The values that a control has been told of. */
const told = new WeakMap<Control, Dict>()

/**
 * A template that is drawn again sets properties to what they are, which starts nothing: a picture whose
 * `load` sets data would load for ever. An object is always new.
 */
function isNew(control: Control, name: string): boolean {
  const value = dataOf(control.node)[name]
  const before = told.get(control)
  if (before && typeof value !== 'object' && Object.is(before[name], value)) return false
  if (before) before[name] = value
  return true
}

/** Handlers named in the template, passed on to the control's methods of the same names. */
function handlers(template: string): Record<string, Handler> {
  const names = [...template.matchAll(HANDLER)].map((match) => match[1] ?? '')
  return Object.fromEntries(
    names.map((name) => [
      name,
      function (this: EngineComponent, event: EngineEvent): void {
        // An empty frame is loaded before the component is attached, a picture may be after it was removed.
        const control = controlOf(this)
        if (!control?.present) return
        ;(control as unknown as Record<string, Handler | undefined>)[name]?.call(control, event)
      },
    ]),
  )
}

function observers(declaration: BuiltinDeclaration, host: BuiltinHost): Record<string, () => void> {
  const reflected = new Set(declaration.reflected ?? [])
  const watched = [...Object.keys(declaration.properties), ...Object.keys(COMMON)]
  return Object.fromEntries(
    watched.map((name) => [
      name,
      function (this: EngineComponent): void {
        const control = controlOf(this)
        if (!control?.present || !isNew(control, name)) return
        if (reflected.has(name)) reflect(control, name)
        if (name === 'hidden') control.dom.hidden = dataOf(this)['hidden'] === true
        if (name === 'animation') host.animate(this, dataOf(this)['animation'])
        whileDrawing(() => {
          control.changed(name)
        })
      },
    ]),
  )
}

/** A default, and not only a first value, is also what a property is that is given what it cannot take. */
function withDefaults(properties: BuiltinDeclaration['properties']): Dict {
  return Object.fromEntries(
    Object.entries(properties).map(([name, { type, value }]) => [
      name,
      { type, default: () => structuredClone(value) },
    ]),
  )
}

function idle(tag: string): BuiltinDeclaration['properties'] {
  return Object.fromEntries((IDLE_PROPERTIES[tag] ?? []).map((name) => [name, any()]))
}

function define(engine: Engine, declaration: BuiltinDeclaration, host: BuiltinHost): void {
  const definition = engine.space.defineComponent({
    is: BUILTIN_PATH + declaration.tag,
    options: {
      writeFieldsToNode: true,
      reflectToAttributes: false,
      styleScope: 0,
      multipleSlots: declaration.multipleSlots === true,
    },
    template: engine.builtinTemplate(declaration.tag) as unknown as Record<string, unknown>,
    properties: withDefaults({ ...idle(declaration.tag), ...COMMON, ...declaration.properties }) as never,
    data: declaration.data ?? {},
    methods: handlers(declaration.template) as never,
    observers: observers(declaration, host) as never,
    lifetimes: {
      created(this: EngineComponent) {
        // Before the template adds the app's handlers.
        if (declaration.tappable) this.addListener('tap', (event) => controlOf(this)?.tapped(event))
      },
      attached(this: EngineComponent) {
        const control = new declaration.control(this, host)
        told.set(control, { ...dataOf(this) })
        for (const name of declaration.reflected ?? []) reflect(control, name)
        control.dom.hidden = dataOf(this)['hidden'] === true
        whileDrawing(() => {
          control.attached()
        })
      },
      detached(this: EngineComponent) {
        controlOf(this)?.detached()
      },
    },
  })
  engine.space.setGlobalUsingComponent(declaration.tag, definition as never)
}

export function builtinTemplates(): [path: string, source: string][] {
  return BUILTINS.map(({ tag, template }) => [BUILTIN_PATH + tag, template])
}

export function registerBuiltins(engine: Engine, host: BuiltinHost): void {
  for (const tag of NATIVE_TAGS) engine.space.setGlobalUsingComponent(tag, tag)
  for (const declaration of BUILTINS) define(engine, declaration, host)
}
