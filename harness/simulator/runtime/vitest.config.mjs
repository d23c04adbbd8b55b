import { defineConfig } from 'vitest/config'
import { platformApiModule } from './platform-api.mjs'

export default defineConfig({ plugins: [platformApiModule] })
