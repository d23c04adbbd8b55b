// Tags that are plain nodes: those without behaviour, and those this simulator does not draw, which say so.

/** Boxes whose whole behaviour is their style. */
const PLAIN: readonly string[] = [
  'view',
  'text',
  'span',
  'cover-view',
  'grid-view',
  'list-view',
  'sticky-section',
  'sticky-header',
  'keyboard-accessory',
]

/** Drawn as plain boxes without what they do, which is counted as a gap. */
const BARE: readonly string[] = [
  'share-element',
  'snapshot',
  'selection',
  'draggable-sheet',
  'open-container',
  'grid-builder',
  'list-builder',
  'nested-scroll-header',
  'nested-scroll-body',
  'functional-page-navigator',
  'editor-portal',
]

/** Drawn as a box that says so; their use is counted as a gap. */
const PLACEHOLDERS: readonly string[] = [
  'map',
  'camera',
  'audio',
  'animation-video',
  'live-player',
  'live-pusher',
  'voip-room',
  'ad',
  'ad-custom',
  'official-account',
  'official-account-publish',
  'open-data',
  'open-data-list',
  'open-data-item',
  'editor',
  'channel-live',
  'channel-video',
  'store-home',
  'store-product',
  'xr-scene',
]

export const NATIVE_TAGS: readonly string[] = [...PLAIN, ...BARE, ...PLACEHOLDERS]

export const GAP_TAGS: ReadonlySet<string> = new Set([...BARE, ...PLACEHOLDERS])

export const PLACEHOLDER_CSS = PLACEHOLDERS.map(
  (tag) =>
    `wx-${tag}{display:inline-block;position:relative;box-sizing:border-box;` +
    'min-width:100px;min-height:32px;overflow:hidden;border:1px dashed #b2b2b2;background:#f2f2f2}' +
    `wx-${tag}::before{content:"<${tag}> is not simulated";position:absolute;inset:0;display:flex;` +
    'align-items:center;justify-content:center;font-size:12px;color:#888}',
).join('\n')
