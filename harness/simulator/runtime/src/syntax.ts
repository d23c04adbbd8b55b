// Finds the line of a syntax error. V8 tells it only for scripts in the document, not for evaluated text.

let locating = false

/** Whether an error on the window is being located here: its listeners hear of it in any order. */
export const isLocating = (): boolean => locating

interface SyntaxFault {
  line: number
  message: string
}

/** Without what the browser puts before the error's own words. */
function plainMessage(message: string): string {
  return message.replace(/^Uncaught /, '').replace(/Failed to execute '\w+' on '\w+': /, '')
}

/** The line and text of the syntax error in a script that does not parse (line 1 outside a browser). */
export function locateSyntaxError(text: string): SyntaxFault {
  let found: SyntaxFault = { line: 1, message: '' }
  if (typeof document === 'undefined') return found
  const listen = (event: ErrorEvent): void => {
    event.preventDefault()
    event.stopImmediatePropagation()
    found = { line: event.lineno, message: plainMessage(event.message) }
  }
  window.addEventListener('error', listen, { capture: true })
  const script = document.createElement('script')
  script.textContent = text
  locating = true
  document.head.append(script)
  locating = false
  script.remove()
  window.removeEventListener('error', listen, { capture: true })
  return found
}
