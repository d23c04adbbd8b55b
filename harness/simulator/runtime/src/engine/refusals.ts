// What the component framework throws because a definition, a template or an argument of the app is wrong.
// glass-easel 0.12.1 has no class for these errors: its words tell them from faults of its own.

const REFUSALS = [
  /^data path descriptor ".*" is illegal at char/,
  /^behavior ".*" is not found\.$/,
  /^cannot find component ".*"$/i,
  /^cannot find (default component for generic|placeholder target) ".*"$/i,
  /^cannot define generic ".*" without a default implementor/,
  /^the type of property ".*" is illegal$/,
  /^Cannot find method ".*" for observer of property/,
  /^The observer of property ".*" is not a function/,
  /^the (comparer of property ".*"|".*" observer) is not a function\.$/,
  /^the ".*" listener is not a function or a method name$/,
  /^Unknown tag name /,
  /^Cannot execute init-time functions after initialization$/,
  /^Cannot update data before component created$/,
]

/** It calls what the app gave by `apply`, whether or not that is a function; this runtime's code does not. */
const NOT_CALLABLE = /^\w+\.apply is not a function$/

/** Its own kind of error has no name that is its own; accidents of code have (TypeError and the like). */
export function isFrameworkRefusal(error: Error): boolean {
  if (error.name === 'TypeError') return NOT_CALLABLE.test(error.message)
  return error.name === 'Error' && REFUSALS.some((words) => words.test(error.message))
}
