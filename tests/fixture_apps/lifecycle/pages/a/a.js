const { log, logged } = require('../../utils/log')

Page(
  logged('a', {
    onTabItemTap: ({ index, pagePath, text }) => log('a onTabItemTap', index, pagePath, text),
  }),
)
