"""What the simulator does of the platform, asked of a running one: ``wx``, components, protocol methods.

Nothing is listed twice: ``wx`` answers by ``canIUse`` from the runtime's own tables, the protocol by its
specification. Only the names of the platform's components stand here, as its documentation lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.automator.client import SimulatorClient
from harness.automator.spec import load_spec

# https://developers.weixin.qq.com/miniprogram/dev/component/
COMPONENTS = """
view scroll-view swiper swiper-item movable-area movable-view cover-view cover-image match-media page-container
root-portal share-element icon text rich-text progress button checkbox checkbox-group editor form input
keyboard-accessory label picker picker-view picker-view-column radio radio-group slider switch textarea navigator
functional-page-navigator image video audio camera live-player live-pusher voip-room channel-live channel-video
map canvas ad ad-custom official-account open-data web-view page-meta navigation-bar native-component block slot
""".split()
WX = """() => Object.keys(wx).filter((name) => typeof wx[name] === 'function')
  .map((name) => [name, wx.canIUse(name)])"""
KNOWN = "(names) => names.map((name) => [name, wx.canIUse(name)])"
# A placeholder says so by a style: what stands before its content.
PLACEHOLDERS = """(names) => names.filter((name) => {
  const node = document.body.appendChild(document.createElement('wx-' + name))
  const says = getComputedStyle(node, '::before').content
  node.remove()
  return says.includes('not simulated')
})"""


@dataclass(frozen=True, slots=True)
class Inventory:
    """Name → whether it does what the platform's does; otherwise it fails or stands in, and says so."""

    wx: dict[str, bool]
    components: dict[str, bool]
    methods: dict[str, bool]


def inventory(endpoint: str) -> Inventory:
    """Ask the app at ``endpoint``."""
    with SimulatorClient(endpoint) as client:

        def ask(script: str, *args: object, **where: object) -> Any:
            method = "Page.callFunction" if where else "App.callFunction"
            params = {"functionDeclaration": script, "args": list(args), **where}
            return client.call(method, params)["result"]

        page = client.call("App.getCurrentPage")["pageId"]
        wx = dict(sorted(ask(WX)))
        components = dict(sorted(ask(KNOWN, COMPONENTS)))
        components.update(dict.fromkeys(ask(PLACEHOLDERS, COMPONENTS, pageId=page), False))
    # Made into the page itself by the compiler, not drawn by a component.
    components.update(dict.fromkeys(("block", "slot"), True))
    methods = {name: method.answer is None for name, method in sorted(load_spec().methods.items())}
    return Inventory(wx, components, methods)
