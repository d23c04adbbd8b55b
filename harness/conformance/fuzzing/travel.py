"""Generated requests travel as all others of the harness do: by a :class:`harness.api.transport.Transport`.

Source: schemathesis 4.32 makes its sessions itself, offers no setting for their adapters, and hands each session to
``REQUESTS_TRANSPORT.send``; that is where ours is mounted, for as long as :func:`travel_by` lasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from harness.api.transport import Transport


@contextmanager
def travel_by(transport: Transport) -> Iterator[None]:
    """Send what is generated meanwhile by ``transport``."""
    send = REQUESTS_TRANSPORT.send

    def send_by_ours(case: Any, *, session: requests.Session | None = None, **options: Any) -> Any:
        session = session or requests.Session()
        if session.get_adapter("http://") is not transport:
            transport.mount(session)
        return send(case, session=session, **options)

    REQUESTS_TRANSPORT.send = send_by_ours  # type: ignore[method-assign]
    try:
        yield
    finally:
        del REQUESTS_TRANSPORT.send  # the class's own is back
