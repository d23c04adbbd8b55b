// Builds the two pages of the comparison with the official compilers: `node build.mjs FOLDER`.
import { dirname } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
await build({
  absWorkingDir: here,
  entryPoints: ['ours.ts', 'official.ts'],
  outdir: process.argv[2],
  bundle: true,
  format: 'iife',
  globalName: 'oracle',
  target: 'chrome110',
  mainFields: ['module', 'main'],
  logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"' },
})
