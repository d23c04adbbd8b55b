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

interface PlatformApi {
  readonly kind: 'call' | 'function' | 'value'
  /** Options a call cannot do without, and their type as WeChat names it; null where several are allowed. */
  readonly needs?: Record<string, string | null>
  /** Parameters of a function, in order. */
  readonly takes?: readonly PlatformParameter[]
  /** Methods of the object a function returns. */
  readonly makes?: readonly string[]
}

declare module 'platform-api' {
  export const platformApi: Record<string, PlatformApi>
}

/** How many frames a stack has, where the language is V8's. */
interface ErrorConstructor {
  stackTraceLimit: number
}
