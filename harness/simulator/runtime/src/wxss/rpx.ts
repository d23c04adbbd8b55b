// Responsive pixels: 750 rpx are the width of the screen.

/** WeChat's rounding: down towards zero, but never to 0. */
export function rpxToPx(rpx: number, screenWidth: number): number {
  const exact = (Math.abs(rpx) / 750) * screenWidth
  const whole = Math.floor(exact + 1e-4)
  const size = whole === 0 && rpx !== 0 ? 1 : whole
  return rpx < 0 ? -size : size
}

/** An inline style with every rpx length made px. */
export function inlineRpx(style: string, screenWidth: number): string {
  if (!style.includes('rpx')) return style
  return style.replace(
    /(-?\d*\.?\d+)rpx/g,
    (_match, number: string) => `${rpxToPx(Number(number), screenWidth)}px`,
  )
}
