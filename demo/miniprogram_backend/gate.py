"""What stands before every view: the services of this process, who is logged in, and whether it is open."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import current_app, request

from demo.miniprogram_backend import auth
from demo.miniprogram_backend.config import Config
from demo.miniprogram_backend.errors import Closed, WrongSignature
from demo.miniprogram_backend.faults import Faults
from demo.miniprogram_backend.remote import Ledger, Website, WeChat, sign
from demo.miniprogram_backend.replication import Courier
from demo.miniprogram_backend.storage import Storage

STRIPES = 32


@dataclass(frozen=True)
class Services:
    """What the views work with."""

    config: Config
    storage: Storage
    courier: Courier
    ledger: Ledger
    website: Website
    wechat: WeChat
    faults: Faults
    closed: threading.Event = field(default_factory=threading.Event)
    _locks: tuple[threading.Lock, ...] = field(
        default_factory=lambda: tuple(threading.Lock() for _ in range(STRIPES))
    )

    def has(self, fault: str) -> bool:
        """Whether this fault is planted."""
        return fault in self.faults.names

    @contextmanager
    def changing(self, order_id: str) -> Iterator[None]:
        """One change of an order at a time: it is half here and half at the website."""
        with self._locks[hash(order_id) % STRIPES]:
            yield


def services() -> Services:
    """Those of this process."""
    found: Services = current_app.extensions["shop"]
    return found


def refuse_when_closed() -> None:
    """Raises Closed during maintenance."""
    if services().closed.is_set():
        raise Closed


def member_logged_in() -> str:
    """The member's id. Raises Unauthorized."""
    with services().storage.snapshot() as db:
        return auth.current_member(db)


def check_signature() -> None:
    """Raises WrongSignature unless the other backend sent this."""
    raw = request.get_data(cache=True)
    expected = sign(services().config.sync_key, raw or request.path.encode())
    given = request.headers.get("X-Sync-Signature", "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode()):
        raise WrongSignature("X-Sync-Signature is absent or wrong.")
