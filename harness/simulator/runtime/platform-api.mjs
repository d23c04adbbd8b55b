// Reads the platform's published API from its own type declarations: which names `wx` has, of what kind they
// are, which options they need, and what the objects have that they return. The page runtime takes it as the
// module `platform-api`.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const CALLBACKS = ['success', 'fail', 'complete']
/** Types of what an API returns, beside objects with methods. */
const PLAIN = ['String', 'Number', 'Boolean', 'Array', 'Object']
const TYPES = join(
  dirname(createRequire(import.meta.url).resolve('miniprogram-api-typings/package.json')),
  'types',
)

const isOfLanguage = (symbol) =>
  symbol?.declarations?.some(
    (each) => ts.isInterfaceDeclaration(each) && each.getSourceFile().fileName.includes('/typescript/lib/'),
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
    // Of the language's own classes, as Uint8ClampedArray, no name of WeChat's is known.
    return part.flags & flags.Object && !isOfLanguage(part.symbol) ? 'Object' : null
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

function describe(checker, objects, type) {
  const [signature] = type.getCallSignatures()
  if (!signature) return { kind: 'value', ...objects.value(type) }
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
  return { kind: 'function', takes, ...objects.answer(type) }
}

/** Types of the platform's own; others are the language's. */
const isPublished = (symbol) =>
  symbol.declarations?.some((each) => each.getSourceFile().fileName.startsWith(TYPES))

/** Whether a function answers by a Promise: where it takes callbacks, only without them. */
const isPromise = (type) =>
  type.symbol?.name === 'Promise' || type.aliasSymbol?.name === 'PromisifySuccessResult'

/** The objects that APIs return, by the names of their types. */
class Objects {
  shapes = {}

  constructor(checker) {
    this.checker = checker
  }

  /** What a function returns: `promise`, `makes` (the name of an object's type), `returns` (a plain type). */
  answer(type) {
    const answer = {}
    for (const signature of type.getCallSignatures()) {
      const returned = this.checker.getNonNullableType(signature.getReturnType())
      if (isPromise(returned)) answer.promise = true
      else Object.assign(answer, this.value(returned))
    }
    return answer
  }

  value(type) {
    const name = this.shape(type)
    if (name !== undefined) return { makes: name }
    const plain = typeName(this.checker, type)
    return PLAIN.includes(plain) ? { returns: plain } : {}
  }

  /** The name under which the shape of an object with methods is kept; undefined for any other type. */
  shape(type) {
    const { checker } = this
    if (!(type.flags & ts.TypeFlags.Object) || checker.isArrayType(type) || checker.isTupleType(type)) return
    const name = type.symbol?.name
    if (!name || !isPublished(type.symbol) || type.getCallSignatures().length > 0) return
    if (name in this.shapes) return name
    // Before its members: they may return it.
    const methods = {}
    const fields = {}
    this.shapes[name] = { methods, fields }
    for (const member of type.getProperties()) {
      const declared = checker.getNonNullableType(checker.getTypeOfSymbol(member))
      if (declared.getCallSignatures().length > 0) methods[member.name] = this.answer(declared)
      else fields[member.name] = this.value(declared)
    }
    if (Object.keys(methods).length > 0 || Object.values(fields).some(({ makes }) => makes)) return name
    Reflect.deleteProperty(this.shapes, name)
  }
}

/**
 * `apis`: name of the API → {kind: call | function | value, needs, takes, promise, makes, returns};
 * `objects`: name of a type → {methods: name → {promise, makes, returns}, fields: name → {makes, returns}}.
 */
export function platformApi() {
  const program = ts.createProgram([join(TYPES, 'index.d.ts')], {
    lib: ['lib.es2020.d.ts'],
    types: [],
    strict: true,
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(join(TYPES, 'wx', 'lib.wx.api.d.ts'))
  const apis = {}
  const objects = new Objects(checker)
  const visit = (node) => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === 'Wx') {
      for (const member of checker.getTypeAtLocation(node).getProperties()) {
        apis[member.name] = describe(checker, objects, checker.getTypeOfSymbol(member))
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { apis, objects: objects.shapes }
}

const NAME = 'platform-api'
const code = () => `export const { apis, objects } = ${JSON.stringify(platformApi())}`

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
