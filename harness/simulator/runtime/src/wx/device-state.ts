// What the phone reports: network, battery, light, place. Owns who hears of a change.

import type { Dict } from '../types'

type Hearer = (value: unknown) => void

export class DeviceState {
  private readonly hearers = new Map<string, Set<Hearer>>()

  constructor(private facts: Dict) {}

  fact<T>(name: string): T {
    return this.facts[name] as T
  }

  /** Calls `hearer` with the new value whenever the fact changes. */
  on(name: string, hearer: Hearer): void {
    const known = this.hearers.get(name) ?? new Set()
    this.hearers.set(name, known.add(hearer))
  }

  /** The state is as `facts` says from now on. */
  become(facts: Dict): void {
    const before = this.facts
    this.facts = facts
    for (const [name, hearers] of this.hearers) {
      if (JSON.stringify(before[name]) === JSON.stringify(facts[name])) continue
      for (const hearer of hearers) hearer(facts[name])
    }
  }

  /** The app itself changed a fact (brightness, clipboard). */
  set(name: string, value: unknown): void {
    this.become({ ...this.facts, [name]: value })
  }
}
