// Page(), Component() and Behavior(): what app code passes, made what the component framework takes.
// A definition belongs to the path being loaded, not to the file that happens to call (helper libraries do).

import type { Engine } from '../engine/space'
import { AppError } from '../errors'
import { resolvePath } from '../paths'
import { isIsolation, type StyleSheets } from '../styles'
import type { Dict } from '../types'

interface Relation extends Dict {
  target?: { _$?: unknown }
}

interface Registrable {
  register(): unknown
}

type Definer = (definition: Dict) => Registrable

const FORM_FIELD = 'wx://form-field'

const isRecord = (value: unknown): value is Dict => typeof value === 'object' && value !== null

/** What a definition may need of the rest of the runtime. */
interface DefinitionSurroundings {
  /** About words in the script of a page or component. */
  warn(path: string | undefined, words: string, message: string): void
  /** Loads a page or component; whether the app has it. */
  load(path: string): boolean
}

export class Definitions {
  /** Path of the page or component whose script is running. */
  private loading: string | undefined
  private readonly builtinBehaviors: Dict
  /** A behavior no component has. */
  private readonly nobody: unknown

  constructor(
    private readonly engine: Engine,
    private readonly styles: StyleSheets,
    private readonly around: DefinitionSurroundings,
  ) {
    const behavior = (definition: Dict): unknown => this.build('behavior', undefined, definition)
    this.nobody = behavior({})
    this.builtinBehaviors = {
      [FORM_FIELD]: behavior({ properties: { name: String, value: null } }),
      'wx://form-field-group': behavior({}),
      'wx://form-field-button': behavior({}),
      'wx://component-export': behavior({}),
      'wx://proxy-scroll-view': behavior({}),
    }
  }

  /** Runs a script whose Page() or Component() call defines `path`. */
  during<T>(path: string, run: () => T): T {
    const before = this.loading
    this.loading = path
    try {
      return run()
    } finally {
      this.loading = before
    }
  }

  page(definition: Dict): unknown {
    return this.build('page', this.current('Page'), definition)
  }

  component(definition: Dict): unknown {
    const path = this.current('Component')
    this.adoptIsolation(path, definition)
    return this.build('component', path, definition)
  }

  behavior(definition: Dict): unknown {
    return this.build('behavior', undefined, definition)
  }

  /** A page or component whose script defined nothing still has to exist. */
  defineEmpty(path: string, isPage: boolean): void {
    this.build(isPage ? 'page' : 'component', path, {})
  }

  private current(name: string): string {
    if (this.loading === undefined)
      throw new AppError(`${name}() was called outside a page or component file`)
    return this.loading
  }

  private build(
    kind: 'page' | 'component' | 'behavior',
    path: string | undefined,
    definition: Dict,
  ): unknown {
    const prepared = this.prepare(definition)
    const { codeSpace } = this.engine
    if (kind === 'behavior') {
      const builder = codeSpace.behavior() as unknown as { definition: Definer }
      return builder.definition(prepared).register()
    }
    const builder = codeSpace.component(path ?? '') as unknown as Record<
      'definition' | 'pageDefinition',
      Definer
    >
    return (kind === 'page' ? builder.pageDefinition(prepared) : builder.definition(prepared)).register()
  }

  private prepare(definition: Dict): Dict {
    const prepared = { ...definition }
    if (Array.isArray(definition['behaviors']))
      prepared['behaviors'] = this.behaviors(definition['behaviors'])
    if (isRecord(definition['relations'])) prepared['relations'] = this.relations(definition['relations'])
    return prepared
  }

  private behaviors(list: readonly unknown[]): unknown[] {
    return list.flatMap((item) => {
      if (typeof item !== 'string') return item === undefined || item === null ? [] : [item]
      const known = this.builtinBehaviors[item]
      if (known === undefined) this.around.warn(this.loading, item, `unknown behavior ${item}`)
      return known === undefined ? [] : [known]
    })
  }

  /** The framework reads style isolation from the JSON file only; the script may set it, too. */
  private adoptIsolation(path: string, definition: Dict): void {
    const options = definition['options']
    if (!isRecord(options)) return
    const config = this.engine.staticConfig(path)
    const wanted =
      options['styleIsolation'] ?? (options['addGlobalClass'] === true ? 'apply-shared' : undefined)
    if (!config || !isIsolation(wanted) || config['styleIsolation'] !== undefined) return
    config['styleIsolation'] = wanted
    this.engine.isolate(path, this.styles.isolate(path, wanted))
  }

  /**
   * The framework drops a relation whose other end is not loaded yet, though another page may load it later;
   * it does not unwrap a behavior given as target either. A component the app does not have at all is no
   * reason to complain: components name relatives an app need not use.
   */
  private relations(given: Dict): Dict {
    return Object.fromEntries(
      Object.entries(given as Dict<Relation>).map(([name, relation]) => {
        const target = relation.target?._$ ?? this.relative(name)
        return [name, target === undefined ? relation : { ...relation, target }]
      }),
    )
  }

  private relative(reference: string): unknown {
    if (this.loading === undefined) return undefined
    const known = this.around.load(resolvePath(this.loading, reference))
    return known ? undefined : (this.nobody as Relation['target'])?._$
  }
}
