// WXS is not JavaScript: what is rewritten so that the browser runs it as WeChat does, and what of the script
// WeChat's compiler would refuse.

/** Comments and strings are found first, so that nothing is looked for inside them. */
const LEXEME = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/

const CONSTRUCTOR = new RegExp(`(${LEXEME.source})|\\.constructor\\b`, 'g')
const CONSTRUCTOR_KEY = /\[\s*(["'])constructor\1\s*\]/g

/** Names of the browser and of JavaScript that WXS does not have. */
const ABSENT = [
  'exports,window,self,globalThis,top,parent,frames,document,location,navigator,history,localStorage,wx',
  'Object,String,Boolean,Array,Function,RegExp,Error,TypeError,Symbol,Promise,Proxy,Reflect,Map,Set,WeakMap',
  'WeakSet,eval,setTimeout,setInterval,fetch,XMLHttpRequest,postMessage,alert',
].join(',')

/** Only these escapes exist in a string; any other backslash is one (`getRegExp("\d")`). */
const backslashes = (text: string): string =>
  text.startsWith('/')
    ? text
    : text.replace(/\\([\s\S])/g, (pair, next: string) => (/[ntr"'\\\n]/.test(next) ? pair : `\\${pair}`))

/**
 * The script as JavaScript, on the same lines. One that throws while it loads must not take the templates
 * of the whole app with it.
 */
export function wxsToJs(path: string, source: string): string {
  const code = source
    .replace(CONSTRUCTOR_KEY, '[$wxsConstructor]')
    .replace(CONSTRUCTOR, (_match, lexeme: string | undefined) =>
      lexeme === undefined ? '[$wxsConstructor]' : backslashes(lexeme),
    )
  const head = `var ${ABSENT};exports=undefined;`
  return `try{${head}${code}\n}catch($e){$wxsFailed($e,${JSON.stringify(path)})}`
}

const REFUSED = new RegExp(
  [
    LEXEME.source,
    String.raw`(?<![.\w$])(?<word>let|const|class|new|try|throw|instanceof|async|this)(?![\w$]|\s*:)`,
    String.raw`\bfor\s*\(\s*(?:var\s+)?[\w$]+\s+(?<loop>in|of)\b`,
    '(?<sign>=>|`|\\.\\.\\.|\\*\\*|\\?\\?|\\?\\.(?!\\d))',
  ].join('|'),
  'g',
)

interface Refused {
  what: string
  line: number
  column: number
}

/** What WeChat's compiler of WXS does not take, though JavaScript has it. */
export function refusedInWxs(source: string): Refused[] {
  return [...source.matchAll(REFUSED)].flatMap((match) => {
    const { word, loop, sign } = match.groups ?? {}
    const what = word ?? (loop === undefined ? sign : `for … ${loop}`)
    if (what === undefined) return []
    const before = source.slice(0, match.index).split('\n')
    return [{ what, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }]
  })
}
