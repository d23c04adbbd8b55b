// The `ready` lifetime, which the framework never fires: children before parents, one task after attaching.

import type { EngineComponent, EngineElement } from './nodes'

export class ReadyQueue {
  private queue: EngineComponent[] = []
  private scheduled = false

  add(component: EngineComponent): void {
    this.queue.push(component)
    if (this.scheduled) return
    this.scheduled = true
    setTimeout(() => this.flush())
  }

  flush(): void {
    const queue = this.queue
    this.queue = []
    this.scheduled = false
    for (const component of childrenFirst(queue)) component.triggerLifetime('ready', [])
  }
}

/** Components in the order they were attached (parents first) → each after those inside it. */
function childrenFirst(attached: readonly EngineComponent[]): EngineComponent[] {
  const ordered: EngineComponent[] = []
  const open: EngineComponent[] = []
  for (const component of attached) {
    for (let top = open.at(-1); top && !isInside(component, top); top = open.at(-1)) {
      ordered.push(top)
      open.pop()
    }
    open.push(component)
  }
  return [...ordered, ...open.reverse()]
}

function isInside(component: EngineComponent, outer: EngineComponent): boolean {
  let at: EngineElement | null = component.getComposedParent()
  while (at && at !== outer) at = at.getComposedParent()
  return at === outer
}
