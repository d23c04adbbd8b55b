// Style sheets are bundled as text.
declare module '*.css' {
  const text: string
  export default text
}

// The part of css-tree that is used; the package brings no types.
declare module 'css-tree/tokenizer' {
  export function tokenize(source: string, onToken: (type: number, start: number, end: number) => void): void
  export const tokenTypes: Readonly<
    Record<
      | 'Ident'
      | 'Function'
      | 'AtKeyword'
      | 'String'
      | 'BadString'
      | 'BadUrl'
      | 'Url'
      | 'Delim'
      | 'Dimension'
      | 'WhiteSpace'
      | 'CDO'
      | 'CDC'
      | 'Colon'
      | 'Semicolon'
      | 'Comma'
      | 'LeftSquareBracket'
      | 'RightSquareBracket'
      | 'LeftParenthesis'
      | 'RightParenthesis'
      | 'LeftCurlyBracket'
      | 'RightCurlyBracket'
      | 'Comment',
      number
    >
  >
}

interface PlatformParameter {
  /** As WeChat names types; null where several are allowed. */
  readonly type: string | null
  readonly optional?: true
}

/** What a function or a field gives. */
interface PlatformAnswer {
  /** A Promise; of a function that takes callbacks, only where it is given none. */
  readonly promise?: true
  /** An object with methods: the name of its type. */
  readonly makes?: string
  /** A plain value: its type as WeChat names it. */
  readonly returns?: 'String' | 'Number' | 'Boolean' | 'Array' | 'Object'
}

interface PlatformObject {
  readonly methods: Readonly<Record<string, PlatformAnswer>>
  readonly fields: Readonly<Record<string, PlatformAnswer>>
}

interface PlatformApi extends PlatformAnswer {
  readonly kind: 'call' | 'function' | 'value'
  /** Options a call cannot do without, and their type as WeChat names it; null where several are allowed. */
  readonly needs?: Record<string, string | null>
  /** Parameters of a function, in order. */
  readonly takes?: readonly PlatformParameter[]
}

declare module 'platform-api' {
  export const apis: Record<string, PlatformApi>
  export const objects: Record<string, PlatformObject>
}

/** How many frames a stack has, where the language is V8's. */
interface ErrorConstructor {
  stackTraceLimit: number
}
