module.exports = { presets: [['@vue/app', { modules: 'commonjs', useBuiltIns: 'entry' }]] }
