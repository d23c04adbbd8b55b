// Tags that are plain nodes: those without behaviour, and those this simulator does not draw, which say so.

const PLAIN = [
  'view',
  'text',
  'cover-view',
  'page-meta',
  'page-container',
  'match-media',
  'root-portal',
  'share-element',
  'snapshot',
  'span',
  'grid-view',
  'sticky-section',
  'sticky-header',
  'list-view',
  'list-builder',
  'keyboard-accessory',
  'navigation-bar',
  'functional-page-navigator',
  'selection',
  'aria-component',
  'native-component',
  'block-native',
  'draggable-sheet',
]

const PLACEHOLDERS = [
  'map',
  'camera',
  'audio',
  'live-player',
  'live-pusher',
  'voip-room',
  'ad',
  'ad-custom',
  'official-account',
  'open-data',
  'editor',
  'channel-live',
  'channel-video',
  'store-product',
  'xr-scene',
]

export const NATIVE_TAGS: readonly string[] = [...PLAIN, ...PLACEHOLDERS]

export const PLACEHOLDER_CSS = PLACEHOLDERS.map(
  (tag) =>
    `wx-${tag}{display:inline-block;min-width:80px;min-height:24px;background:#e8e8e8}` +
    `wx-${tag}::before{content:"<${tag}> is not simulated";font-size:12px;color:#666}`,
).join('\n')
