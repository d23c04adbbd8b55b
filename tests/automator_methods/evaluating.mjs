// miniprogram-automator, told what to do line by line: each line of standard input is an expression with
// `miniProgram` in it, each line of standard output what became of it. The first line is the endpoint.

import { createInterface } from 'node:readline'
import automator from 'miniprogram-automator'

const AsyncFunction = (async () => {}).constructor
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (outcome) => process.stdout.write(`${JSON.stringify(outcome)}\n`)

const { value: wsEndpoint } = await lines.next()
const miniProgram = await automator.connect({ wsEndpoint })
say({ result: 'connected' })
for await (const expression of { [Symbol.asyncIterator]: () => lines }) {
  try {
    const result = await new AsyncFunction('miniProgram', `return ${JSON.parse(expression)}`)(miniProgram)
    say({ result: result ?? null })
  } catch (error) {
    say({ error: String(error?.message ?? error) })
  }
}
miniProgram.disconnect()
