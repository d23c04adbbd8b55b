"""The ``Element`` domain: answered inside the page, but for the finger."""

from __future__ import annotations

from collections.abc import Mapping

from harness.simulator.host.handlers.call import DONE, Call, Handler, Result, in_page


async def tap(call: Call) -> Result:
    await call.app.tap(call.params["pageId"], call.params["elementId"])
    return DONE


HANDLERS: Mapping[str, Handler] = {
    "Element.getElement": in_page,
    "Element.getElements": in_page,
    "Element.getAttributes": in_page,
    "Element.getStyles": in_page,
    "Element.getProperties": in_page,
    "Element.getDOMProperties": in_page,
    "Element.getOffset": in_page,
    "Element.getWXML": in_page,
    "Element.tap": tap,
    "Element.touchstart": in_page,
    "Element.touchmove": in_page,
    "Element.touchend": in_page,
    "Element.touchcancel": in_page,
    "Element.triggerEvent": in_page,
    "Element.dispatchEvent": in_page,
    "Element.callFunction": in_page,
    "Element.getData": in_page,
    "Element.setData": in_page,
    "Element.callMethod": in_page,
    "Element.callContextMethod": in_page,
}
