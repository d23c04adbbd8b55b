// Reads the platform's published API from its own type declarations: which names `wx` has, of what kind they
// are, and which options they need. The page runtime takes it as the module `platform-api`.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const CALLBACKS = ['success', 'fail', 'complete']
const TYPES = join(
  dirname(createRequire(import.meta.url).resolve('miniprogram-api-typings/package.json')),
  'types',
)

/** `String`, `Number`, … as WeChat names types in its messages; null where several are allowed. */
function typeName(checker, type) {
  const flags = ts.TypeFlags
  const parts = type.isUnion() ? type.types : [type]
  const names = parts.map((part) => {
    if (part.flags & (flags.StringLike | flags.TemplateLiteral)) return 'String'
    if (part.flags & flags.NumberLike) return 'Number'
    if (part.flags & flags.BooleanLike) return 'Boolean'
    if (checker.isArrayType(part) || checker.isTupleType(part)) return 'Array'
    if (part.getCallSignatures().length > 0) return 'Function'
    if (part.symbol?.name === 'ArrayBuffer') return 'ArrayBuffer'
    return part.flags & flags.Object ? 'Object' : null
  })
  return new Set(names).size === 1 ? names[0] : null
}

/** The members of an options object: which are needed, and of what type. */
function optionsOf(checker, type) {
  return checker
    .getNonNullableType(type)
    .getProperties()
    .map((property) => {
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0
      return { name: property.name, optional, type: typeName(checker, checker.getTypeOfSymbol(property)) }
    })
}

function describe(checker, type) {
  const [signature] = type.getCallSignatures()
  if (!signature) return { kind: 'value' }
  const [first] = signature.getParameters()
  const given = first && checker.getTypeOfSymbol(first)
  const bound = given && (checker.getBaseConstraintOfType(given) ?? given)
  const options = bound && bound.getCallSignatures().length === 0 ? optionsOf(checker, bound) : []
  if (options.some(({ name }) => CALLBACKS.includes(name))) {
    const needs = options.filter(({ name, optional }) => !optional && !CALLBACKS.includes(name))
    return { kind: 'call', needs: Object.fromEntries(needs.map(({ name, type: needed }) => [name, needed])) }
  }
  const takes = signature.getParameters().map((parameter) => {
    const { questionToken, dotDotDotToken } = parameter.valueDeclaration ?? {}
    const type = dotDotDotToken ? null : typeName(checker, checker.getTypeOfSymbol(parameter))
    return { type, ...(questionToken && { optional: true }) }
  })
  const made = checker.getNonNullableType(signature.getReturnType())
  const methods = made
    .getProperties()
    .filter((each) => checker.getTypeOfSymbol(each).getCallSignatures().length > 0)
  const isMade = made.flags & ts.TypeFlags.Object && !checker.isArrayType(made) && methods.length > 0
  return { kind: 'function', takes, ...(isMade && { makes: methods.map(({ name }) => name) }) }
}

/** Name of the API → {kind: call | function | value, needs, takes, makes}. */
export function platformApi() {
  const program = ts.createProgram([join(TYPES, 'index.d.ts')], {
    lib: ['lib.es2020.d.ts'],
    types: [],
    strict: true,
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(join(TYPES, 'wx', 'lib.wx.api.d.ts'))
  const api = {}
  const visit = (node) => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === 'Wx') {
      for (const member of checker.getTypeAtLocation(node).getProperties()) {
        api[member.name] = describe(checker, checker.getTypeOfSymbol(member))
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return api
}

const NAME = 'platform-api'
const code = () => `export const platformApi = ${JSON.stringify(platformApi())}`

/** For esbuild. */
export const platformApiPlugin = {
  name: NAME,
  setup(build) {
    build.onResolve({ filter: /^platform-api$/ }, () => ({ path: NAME, namespace: NAME }))
    build.onLoad({ filter: /.*/, namespace: NAME }, () => ({ contents: code(), loader: 'js' }))
  },
}

/** For vitest. */
export const platformApiModule = {
  name: NAME,
  resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
  load: (id) => (id === `\0${NAME}` ? code() : undefined),
}
