const { log, logged } = require('../../utils/log')

Page(
  logged('b', {
    onTabItemTap: ({ index, pagePath, text }) => log('b onTabItemTap', index, pagePath, text),
  }),
)
