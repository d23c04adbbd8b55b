// Responsive pixels: 750 rpx are the width of the screen.

/** WeChat's rounding: down, below zero as above it, but never to 0. */
export function rpxToPx(rpx: number, screenWidth: number): number {
  if (rpx === 0) return 0
  return Math.floor((rpx / 750) * screenWidth + 1e-4) || 1
}

/** An inline style with every rpx length made px. */
export function inlineRpx(style: string, screenWidth: number): string {
  if (!style.includes('rpx')) return style
  return style.replace(
    /(-?\d*\.?\d+)rpx/g,
    (_match, number: string) => `${rpxToPx(Number(number), screenWidth)}px`,
  )
}
