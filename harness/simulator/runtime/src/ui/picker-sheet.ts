// The sheet of <picker>: 取消, 确定 and the wheels of the mode.

import type { Dict } from '../types'
import type { Dialogs, OpenDialog } from './dialogs'
import { button, node } from './dom'
import { columnsOf, type Columns } from './picker-columns'
import { Wheel } from './wheel'

type Answer = Dict | null

export interface OpenPicker extends OpenDialog<Answer> {
  /** The app changed the options while the sheet is open, as it does on `columnchange`. */
  update(options: Dict): void
}

/** Opens the sheet of a mode; undefined for a mode that is not drawn. */
export function pickFromSheet(
  dialogs: Dialogs,
  options: Dict,
  onColumn: (column: number, value: number) => void,
): OpenPicker | undefined {
  let given = options
  let columns = columnsOf(options)
  if (!columns) return undefined
  let wheels: Wheel[] = []
  const body = node('div', 'sim-wheels')

  const turned = (column: number, index: number): void => {
    if (columns?.turn(column, index)) show(columns)
    onColumn(column, index)
  }
  const show = (shown: Columns): void => {
    const labels = shown.labels()
    if (wheels.length !== labels.length) {
      wheels = labels.map((_, column) => new Wheel([], 0, (index) => turned(column, index)))
      body.replaceChildren(...wheels.map(({ dom }) => dom))
    }
    wheels.forEach((wheel, column) => wheel.show(labels[column] ?? [], shown.chosen[column] ?? 0))
  }

  // It belongs to a component of the page, and goes with that page; not confirmed, nor that back cancels it.
  const kind = { name: 'picker', back: null, ofPage: true }
  const dialog = dialogs.open<Answer>('sim-sheet sim-picker', kind, (box, close) => {
    const confirm = (): void => {
      // A wheel that still turns counts as where it is.
      wheels.forEach((wheel, column) => {
        if (wheel.index !== columns?.chosen[column]) turned(column, wheel.index)
      })
      close(columns?.value() ?? null)
    }
    const heading = node('div', 'sim-picker-title', String(options['headerText'] ?? ''))
    const head = node('div', 'sim-picker-head')
    head.append(
      button('sim-cancel', '取消', () => close(null)),
      heading,
      button('sim-confirm', '确定', confirm),
    )
    box.append(head, body)
    show(columns as Columns)
  })
  wheels.forEach((wheel) => wheel.place())
  return {
    ...dialog,
    update(changed) {
      // What the person has turned meanwhile stays, unless the app says what is chosen.
      const kept = changed['value'] === given['value'] && columns ? columns.chosen : changed['value']
      given = changed
      columns = columnsOf({
        ...changed,
        value: changed['mode'] === 'multiSelector' ? kept : changed['value'],
      })
      if (columns) show(columns)
    },
  }
}
