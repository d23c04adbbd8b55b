// Values of app.json that depend on the phone's theme: `@name` stands for what theme.json says of it.
// https://developers.weixin.qq.com/miniprogram/dev/framework/ability/darkmode.html

import type { Dict } from '../types'

export class Theme {
  /** `variables` are those of theme.json: `light` and `dark`. */
  constructor(
    private readonly variables: Dict,
    private readonly current: () => unknown,
  ) {}

  value(value: unknown): unknown {
    if (typeof value !== 'string' || !value.startsWith('@')) return value
    const theme = this.current() === 'dark' ? 'dark' : 'light'
    return (this.variables[theme] as Dict | undefined)?.[value.slice(1)]
  }

  /** Settings with every variable replaced; an unknown one is left out, as if it were not set. */
  apply(settings: Dict): Dict {
    const entries = Object.entries(settings).map(([name, value]) => [name, this.value(value)] as const)
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
}
