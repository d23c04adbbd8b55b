// Launches a tool as automator's users do, says where the mini-program is, and closes it.
// Arguments: the tool's path, the project's, the port.

import automator from 'miniprogram-automator'

const [cliPath, projectPath, port] = process.argv.slice(2)
const mini = await automator.launch({ cliPath, projectPath, port: Number(port) })
const page = await mini.currentPage()
const button = await page.$('#add')
await button.tap()
process.stdout.write(JSON.stringify({ path: page.path, count: await page.data('count') }))
await mini.close()
