import { logged } from '@utils/log'

Page(
  logged('item', {
    later: () => require.async('../price').then(({ price }) => price),
    loadMain: () => new Promise((resolve) => require('../../utils/log', (module) => resolve(Object.keys(module)))),
    missing: () => require.async('../nothing').catch(({ mod, errMsg }) => [mod, errMsg]),
  }),
)
