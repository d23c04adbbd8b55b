// The sheet of <picker>: a list for one column, selects for several, a date or time field.

import type { Dict } from '../types'
import type { Dialogs, OpenDialog } from './dialogs'

/** The text of an option: the item itself, or its field named by `range-key`. */
export function optionLabel(item: unknown, rangeKey: unknown): string {
  if (typeof item === 'object' && item !== null && typeof rangeKey === 'string') {
    return String((item as Dict)[rangeKey] ?? '')
  }
  return String(item)
}

function mapped<A, B>(dialog: OpenDialog<A>, to: (value: A) => B, from: (value: B) => A): OpenDialog<B> {
  return { result: dialog.result.then(to), answer: (value) => dialog.answer(from(value)) }
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

function select(range: unknown[], rangeKey: unknown, chosen: number): HTMLSelectElement {
  const field = document.createElement('select')
  range.forEach((item, index) => {
    field.append(new Option(optionLabel(item, rangeKey), String(index), false, index === chosen))
  })
  return field
}

function dateField(options: Dict): HTMLInputElement {
  const field = document.createElement('input')
  const months = options['mode'] === 'date' && options['fields'] === 'month'
  field.type = options['mode'] === 'time' ? 'time' : months ? 'month' : 'date'
  field.min = String(options['start'] ?? '')
  field.max = String(options['end'] ?? '')
  field.value = String(options['value'] ?? '')
  return field
}

type Answer = Dict | null

/** Opens the sheet of a mode; undefined for a mode that is not drawn. */
export function pickFromSheet(dialogs: Dialogs, options: Dict): OpenDialog<Answer> | undefined {
  const { mode, range, rangeKey, value } = options
  if (mode === 'selector') {
    const sheet = dialogs.sheet(
      list(range).map((item) => optionLabel(item, rangeKey)),
      String(options['headerText'] ?? ''),
    )
    return mapped<number | null, Answer>(
      sheet,
      (index) => (index === null ? null : { value: index }),
      (answer) => (answer === null ? null : Number(answer['value'])),
    )
  }
  if (mode === 'date' || mode === 'time') {
    return mapped<string[] | null, Answer>(
      dialogs.fields([dateField(options)]),
      (values) => (values === null ? null : { value: values[0] ?? '' }),
      (answer) => (answer === null ? null : [String(answer['value'])]),
    )
  }
  if (mode !== 'multiSelector') return undefined
  const fields = list(range).map((column, index) =>
    select(list(column), rangeKey, Number(list(value)[index] ?? 0)),
  )
  return mapped<string[] | null, Answer>(
    dialogs.fields(fields),
    (values) => (values === null ? null : { value: values.map(Number) }),
    (answer) => (answer === null ? null : list(answer['value']).map(String)),
  )
}
