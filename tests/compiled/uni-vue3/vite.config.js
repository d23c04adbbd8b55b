import { defineConfig } from 'vite'
import uni from '@dcloudio/vite-plugin-uni'

// The CLI of uni-app switches source maps off outside of HBuilderX, whatever `build.sourcemap` says.
const sourceMaps = {
  name: 'source-maps',
  enforce: 'pre',
  configResolved(config) {
    config.build.sourcemap = true
  },
}

export default defineConfig({ plugins: [sourceMaps, (uni.default ?? uni)()] })
