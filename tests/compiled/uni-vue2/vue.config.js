// uni-app's own fork of this package stands in its folder `packages`, where npm does not look for it.
require('module-alias').addAlias(
  '@vue/component-compiler-utils',
  '@dcloudio/vue-cli-plugin-uni/packages/@vue/component-compiler-utils',
)

module.exports = { configureWebpack: { devtool: 'source-map' } }
