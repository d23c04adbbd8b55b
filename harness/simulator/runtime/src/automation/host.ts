// The Host.* methods: what the simulator host needs from the page and no driver sees.

import { menuButton } from '../wx/system'
import type { AutomationContext, Handlers } from './context'
import { pageNode } from './elements'
import { measuresOf } from './measures'
import { atRest, locate } from './reach'
import { prettyWxml, treeOf } from './tree'
import { deviceStateHandlers } from './device-state'

/** A dialog opens once the host has said that no test answers for the person. */
const DRAWN_WITHIN_MS = 1000
/** A touch becomes a click a little later than the browser says it was delivered. */
const ANSWERED_WITHIN_MS = 1000

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** The menu button, when the page on top has no bar of WeChat's for it to be on. */
function capsuleOver({ config, options, pages }: AutomationContext): DOMRect | undefined {
  if (!pages.top || config.windowOf(pages.top.route)['navigationStyle'] !== 'custom') return undefined
  const { left, top, width, height } = menuButton(options.device)
  return new DOMRect(left, top, width, height)
}

export function hostHandlers(context: AutomationContext): Handlers {
  const { bridge, config, dialogs, elements, exceptions, measures, pages, permissions, router } = context
  let pressing: HTMLElement | undefined

  /** Waits for a change of route, but not for the person whom a dialog asks about it. */
  async function begun(change: Promise<unknown>): Promise<void> {
    let over = false
    const changed = change.finally(() => (over = true))
    changed.catch(() => undefined)
    while (!over && !dialogs.isOpen) await aMoment()
    if (over) await changed
  }

  async function drawn(find: () => HTMLElement | undefined): Promise<HTMLElement | undefined> {
    const deadline = performance.now() + DRAWN_WITHIN_MS
    for (;;) {
      const asking = bridge.asking > 0 && performance.now() < deadline
      const found = find()
      if (found || !asking) return found
      await aMoment()
    }
  }

  return {
    ...deviceStateHandlers(context),
    async 'Host.locate'(params) {
      const node = elements.node(params)
      await atRest(node)
      return locate(node, capsuleOver(context))
    },
    'Host.measures'() {
      measures.begin()
      const { top } = pages
      if (!top) return measures.ofRequests()
      const page = { path: top.route, ...measures.of(top.route), ...measuresOf(pageNode(top)) }
      return { page, ...measures.ofRequests() }
    },
    'Host.tree'() {
      return { wxml: pages.top ? prettyWxml(treeOf(pageNode(pages.top), false)) : '' }
    },
    async 'Host.switchTab'({ index }) {
      const tab = config.tabs[Number(index)]
      if (!tab) return {}
      const entry = await router.switchTab(`/${tab.pagePath}`)
      exceptions.call(entry.instance, 'onTabItemTap', { index, pagePath: tab.pagePath, text: tab.text })
      return {}
    },
    async 'Host.home'() {
      await router.reLaunch(`/${config.entryPage}`)
      return {}
    },
    async 'Host.back'() {
      if (dialogs.back()) return {}
      if (pages.closeCover || pages.stack.length > 1) await begun(router.navigateBack(1))
      return {}
    },
    'Host.forgetPermissions'() {
      permissions.forget()
      return {}
    },
    async 'Host.dialogButton'({ action, index, text }) {
      pressing = await drawn(() =>
        typeof text === 'string'
          ? dialogs.labelled(text)
          : dialogs.button(String(action), Number(index ?? 0)),
      )
      if (!pressing) return {}
      const { left, top, width, height } = pressing.getBoundingClientRect()
      return { x: left + width / 2, y: top + height / 2 }
    },
    async 'Host.dialogAnswered'() {
      const deadline = performance.now() + ANSWERED_WITHIN_MS
      while (pressing?.isConnected && performance.now() < deadline) await aMoment()
      return { answered: pressing?.isConnected === false }
    },
  }
}
