// The component framework put together: one code space, one DOM backend, the compiled templates, the global
// built-in components. Owns how a path becomes a component; what a definition means is app/definitions.ts.

import * as glassEasel from 'glass-easel'
import * as adapter from 'glass-easel-miniprogram-adapter'
import type { ComponentInfo } from '../config'
import type { Dict } from '../types'
import type { ProcGenGroup } from '../wxml/templates'
import { PageBackend } from './backend'
import { receiver, watchHandlers, watchValues, writerFor } from './blame'
import { callAppListener, callBuiltinListener } from './events'
import { boundedDrawing, type Drawing } from './nesting'
import { BUILTIN_PATH, domOf, tagOf, type EngineComponent } from './nodes'
import { patchElements } from './patches'
import { ReadyQueue } from './ready'
import { adaptRender, type Render } from './render'

/**
 * What this framework frowns on and WeChat documents, or says nothing about: a list that is not there yet is
 * an empty one, as it is on a page of uni-app before its first data.
 */
const OWN_TASTE =
  /^(Use number as for-list is generally for testing|The for-list data is .*, got type "(undefined|null)")/
export type Template = NonNullable<Parameters<adapter.CodeSpace['addCompiledTemplate']>[1]>
export type Root = ReturnType<ReturnType<adapter.MiniProgramEnv['associateBackend']>['createRoot']>

/** A property may name an observer that there is not; WeChat's default framework calls none then. */
const NO_OBSERVER = /^Cannot find method ".*" for observer of property/
/** The end of what the framework says about the script of a component. */
const PREPARING = / \(when preparing behavior "(.*)"\)(?=\.$)/

interface EngineEvents {
  onError(error: unknown): void
  /** `path` is that of the page or component whose script it is about. */
  onScriptWarning(message: string, path: string): void
  /** `path` is the page or component it is about, `tag` that of a node in its template, if they are known. */
  onWarning(message: string, path: string | undefined, tag: string | undefined): void
  /** An event found no method where the template of the page or component names one. */
  onMissing(path: string, method: string): void
}

interface FrameworkBackend {
  _$: PageBackend
}

interface CodeSpaceInternals {
  prepareComponentOptions(path: string, options?: Dict): [Dict, string]
}

export class Engine {
  readonly codeSpace: adapter.CodeSpace
  readonly backend: PageBackend
  readonly ready = new ReadyQueue()
  private readonly templates: Dict<Template> = {}
  private readonly associated: ReturnType<adapter.MiniProgramEnv['associateBackend']>

  constructor(templates: Dict<ProcGenGroup>, screenWidth: () => number, events: EngineEvents) {
    glassEasel.globalOptions.throwGlobalError = false
    glassEasel.addGlobalErrorListener((error: unknown, _method, related) => {
      if (typeof related === 'string' && error instanceof Error && NO_OBSERVER.test(error.message))
        events.onScriptWarning(error.message, related)
      else events.onError(error)
      return false
    })
    glassEasel.addGlobalWarningListener((message, related, node) => {
      if (OWN_TASTE.test(message)) return false
      const prepared = PREPARING.exec(message)?.[1]
      if (prepared !== undefined) {
        events.onScriptWarning(message.replace(PREPARING, ''), prepared)
        return false
      }
      const taking = receiver()
      const path = typeof related === 'object' ? related.is : related || (taking && writerFor(taking))
      const about = (node ?? taking) as EngineComponent | undefined
      const dom = about && domOf(about)
      events.onWarning(message, path, dom instanceof Element ? tagOf(dom) : undefined)
      return false
    })
    patchElements(screenWidth)
    watchValues()
    watchHandlers((path, method) => events.onMissing(path, method))
    this.prepareTemplates(templates, (error) => events.onError(error))
    const env = new adapter.MiniProgramEnv()
    this.backend = new PageBackend()
    this.associated = env.associateBackend(this.backend)
    this.codeSpace = env.createCodeSpace('main', true)
    this.listen()
    this.adjustOptions()
    this.watchAttached()
  }

  get space(): glassEasel.ComponentSpace {
    return this.codeSpace.getComponentSpace()
  }

  builtinTemplate(name: string): Template | undefined {
    return this.templates[BUILTIN_PATH + name]
  }

  /** Makes a page or component known, before its script runs. `prefix` isolates its styles. */
  declare(info: ComponentInfo, prefix: string | undefined): void {
    const { path, settings, using, isPage } = info
    this.codeSpace.addComponentStaticConfig(path, {
      ...settings,
      component: isPage ? false : settings['component'],
      usingComponents: Object.fromEntries(Object.entries(using).map(([tag, target]) => [tag, `/${target}`])),
      componentPlaceholder: undefined,
    } as unknown as Parameters<adapter.CodeSpace['addComponentStaticConfig']>[1])
    this.isolate(path, prefix)
    const template = this.templates[path]
    if (template) this.codeSpace.addCompiledTemplate(path, template)
  }

  /** The prefix of the classes of a page or component, until its definition is registered. */
  isolate(path: string, prefix: string | undefined): void {
    // Without a URL: the framework would append the sheet again for every root and never remove it.
    this.codeSpace.addStyleSheet(path, undefined as unknown as string, prefix)
  }

  staticConfig(path: string): Dict | undefined {
    return this.codeSpace.getComponentStaticConfig(path) as unknown as Dict | undefined
  }

  isDefined(path: string): boolean {
    return this.space.getComponentByUrlWithoutDefault(`/${path}`, '') !== null
  }

  definition(path: string): glassEasel.GeneralComponentDefinition | undefined {
    return this.space.getComponentByUrlWithoutDefault(`/${path}`, '') ?? undefined
  }

  createRoot(path: string, query: string): Root {
    return this.associated.createRoot('mp-page', this.codeSpace, `/${path}${query === '' ? '' : `?${query}`}`)
  }

  private prepareTemplates(groups: Dict<ProcGenGroup>, onError: (error: unknown) => void): void {
    for (const [path, group] of Object.entries(groups)) {
      const call = path.startsWith(BUILTIN_PATH) ? callBuiltinListener : callAppListener
      this.templates[path] = {
        groupList: groups,
        fallbackListenerOnNativeNode: true,
        content: (name: string) => {
          const generate = group(name)
          return (
            generate &&
            ((render: Render, ...rest: unknown[]) => {
              adaptRender(render, call)
              const draw = (): Drawing => generate(render, ...rest) as Drawing
              // A built-in component is drawn as deep as the app says.
              if (call === callBuiltinListener) return draw()
              return boundedDrawing(path, render.shadowRoot.getHostNode(), draw, onError)
            })
          )
        },
      } as unknown as Template
    }
  }

  private listen(): void {
    const backend = (this.associated as unknown as FrameworkBackend)._$
    backend.onEvent((target, type, detail, options) => {
      const event = new glassEasel.Event(type, detail as unknown, options)
      glassEasel.Event.dispatchEvent(target, event)
      const original = options.originalEvent as { cancelable?: boolean } | undefined
      return type === 'touchmove' && event.defaultPrevented() && original?.cancelable !== false ? 1 : 0
    })
  }

  private adjustOptions(): void {
    const space = this.codeSpace as unknown as CodeSpaceInternals
    const prepare = space.prepareComponentOptions.bind(this.codeSpace)
    space.prepareComponentOptions = (path, options) => {
      const [prepared, isolation] = prepare(path, options)
      // `#id {}` must match; a property named `dataset` must not clash with the node's own field; and a
      // method assigned to an instance must win over the one of the definition at dispatch time.
      Object.assign(prepared, {
        idPrefixGenerator: null,
        writeIdToDOM: true,
        writeFieldsToNode: false,
        useMethodCallerListeners: true,
      })
      return [prepared, isolation]
    }
  }

  private watchAttached(): void {
    const { ready } = this
    const behavior = this.space.defineBehavior({
      lifetimes: {
        attached(this: unknown) {
          const component = (this as { _$?: EngineComponent })._$ ?? (this as EngineComponent)
          ready.add(component)
        },
      },
    })
    this.codeSpace.setOverallBehavior(
      behavior as unknown as Parameters<adapter.CodeSpace['setOverallBehavior']>[0],
    )
  }
}
