export default {
  projectName: 'compiled-shop-taro',
  designWidth: 750,
  sourceRoot: 'src',
  outputRoot: 'dist',
  framework: 'react',
  compiler: 'webpack5',
  plugins: ['@tarojs/plugin-framework-react'],
  cache: { enable: false },
  // Without this type the maps of a production build are empty.
  mini: { enableSourceMap: true, sourceMapType: 'source-map' },
}
