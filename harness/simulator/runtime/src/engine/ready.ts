// The `ready` lifetime, which the framework never fires: children before parents, one task after attaching.

import type { EngineComponent } from './nodes'

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
    for (const component of queue.reverse()) component.triggerLifetime('ready', [])
  }
}
