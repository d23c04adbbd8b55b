// The WXML compiler (glass-easel-template-compiler), driven through its plain C functions.
// Strings go in as pointer and length; a returned struct is written to memory given as first argument.

import type { Place } from '../place'
import type { Diagnostic, DiagnosticLevel } from '../types'

export type PlacedDiagnostic = Diagnostic & Place

type Wasm = Record<string, (...args: number[]) => number | undefined> & { memory: WebAssembly.Memory }

const LEVELS: readonly DiagnosticLevel[] = ['note', 'note', 'warning', 'error', 'fatal']
const WARNING_BYTES = 28
const GROUP_BYTES = 8
const RESULT_BYTES = 16

export class TemplateCompiler {
  private readonly decoder = new TextDecoder()
  private readonly encoder = new TextEncoder()
  private readonly result: number

  private constructor(private readonly wasm: Wasm) {
    this.result = this.allocate(RESULT_BYTES, 4)
  }

  static async load(bytes: BufferSource): Promise<TemplateCompiler> {
    const module = await WebAssembly.compile(bytes)
    const imports: Record<string, Record<string, () => number>> = {}
    for (const entry of WebAssembly.Module.imports(module)) {
      const fail = (): never => {
        throw new Error('the WXML compiler stopped')
      }
      const space = (imports[entry.module] ??= {})
      space[entry.name] = entry.name === '__wbindgen_throw' ? fail : () => 0
    }
    const instance = await WebAssembly.instantiate(module, imports)
    return new TemplateCompiler(instance.exports as unknown as Wasm)
  }

  createGroup(): TemplateGroup {
    const handle = this.allocate(GROUP_BYTES, 4)
    const made = this.call('tmpl_group_new', handle)
    if (made !== undefined) new Uint32Array(this.wasm.memory.buffer)[handle >> 2] = made
    return new TemplateGroup(this, handle)
  }

  addTemplate(group: number, path: string, source: string): PlacedDiagnostic[] {
    this.withStrings([path, source], (...strings) => {
      this.call('tmpl_group_add_tmpl', this.result, group, ...strings)
    })
    const list = this.word(this.result)
    const count = this.word(this.result + 4)
    return Array.from({ length: count }, (_, i) => this.readWarning(path, list + i * WARNING_BYTES))
  }

  addScript(group: number, path: string, source: string): void {
    this.withStrings([path, source], (...strings) => {
      this.call('tmpl_group_add_script', group, ...strings)
    })
  }

  generate(group: number): string {
    this.call('tmpl_group_get_tmpl_gen_object_groups', this.result, group)
    return this.readString(this.result)
  }

  private readWarning(path: string, at: number): PlacedDiagnostic {
    return {
      path,
      message: this.readString(at),
      level: LEVELS[this.word(at + 8) & 0xff] ?? 'note',
      line: this.word(at + 12) + 1,
      column: this.word(at + 16) + 1,
    }
  }

  private call(name: string, ...args: number[]): number | undefined {
    const fn = this.wasm[name]
    if (!fn) throw new Error(`the WXML compiler has no function ${name}`)
    return fn(...args)
  }

  private allocate(size: number, align: number): number {
    return this.call('__wbindgen_malloc', size, align) ?? 0
  }

  private word(address: number): number {
    return new Uint32Array(this.wasm.memory.buffer)[address >> 2] ?? 0
  }

  private readString(address: number): string {
    return this.decoder.decode(
      new Uint8Array(this.wasm.memory.buffer, this.word(address), this.word(address + 4)),
    )
  }

  private withStrings(texts: readonly string[], use: (...strings: number[]) => void): void {
    const placed = texts.map((text) => {
      const bytes = this.encoder.encode(text)
      const pointer = this.allocate(Math.max(1, bytes.length), 1)
      new Uint8Array(this.wasm.memory.buffer).set(bytes, pointer)
      return { pointer, length: bytes.length }
    })
    try {
      use(...placed.flatMap(({ pointer, length }) => [pointer, length]))
    } finally {
      for (const { pointer, length } of placed) this.call('__wbindgen_free', pointer, Math.max(1, length), 1)
    }
  }
}

/** Templates and scripts that are generated together. */
export class TemplateGroup {
  constructor(
    private readonly compiler: TemplateCompiler,
    private readonly handle: number,
  ) {}

  addTemplate(path: string, source: string): PlacedDiagnostic[] {
    return this.compiler.addTemplate(this.handle, path, source)
  }

  addScript(path: string, source: string): void {
    this.compiler.addScript(this.handle, path, source)
  }

  /** The code of all templates, one JavaScript expression. */
  generate(): string {
    return this.compiler.generate(this.handle)
  }
}
