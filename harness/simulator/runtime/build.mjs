// Builds what the simulator serves into the app frame: dist/host.js (one minified script)
// and dist/compiler.wasm.gz (the WXML compiler, fetched only when no compiled templates are given);
// and dist/host.js.map, by which the simulator names the places of its own faults.
import { gzipSync } from 'node:zlib'
import { createRequire } from 'node:module'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { platformApiPlugin } from './platform-api.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')
mkdirSync(dist, { recursive: true })

await build({
  absWorkingDir: here,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/host.js',
  bundle: true,
  format: 'iife',
  minify: true,
  sourcemap: 'external',
  sourcesContent: false,
  target: 'chrome110',
  legalComments: 'none',
  loader: { '.css': 'text' },
  mainFields: ['module', 'main'],
  plugins: [platformApiPlugin],
  define: { 'process.env.NODE_ENV': '"production"' },
})

const require = createRequire(import.meta.url)
const compiler = dirname(require.resolve('glass-easel-template-compiler'))
const wasm = readFileSync(join(compiler, 'glass_easel_template_compiler_bg.wasm'))
writeFileSync(join(dist, 'compiler.wasm.gz'), gzipSync(wasm, { level: 9 }))

for (const name of ['host.js', 'host.js.map', 'compiler.wasm.gz']) {
  console.log(`dist/${name} ${Math.round(statSync(join(dist, name)).size / 1024)} KB`)
}
