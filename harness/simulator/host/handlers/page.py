"""The ``Page`` domain: all of it is answered inside the page."""

from __future__ import annotations

from collections.abc import Mapping

from harness.simulator.host.handlers.call import Handler, in_page

HANDLERS: Mapping[str, Handler] = {
    "Page.getElement": in_page,
    "Page.getElements": in_page,
    "Page.getElementByXpath": in_page,
    "Page.getElementsByXpath": in_page,
    "Page.getData": in_page,
    "Page.setData": in_page,
    "Page.callMethod": in_page,
    "Page.callFunction": in_page,
    "Page.getWindowProperties": in_page,
}
