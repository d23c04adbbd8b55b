"""Minium, unmodified, made fit to live in a test process. The only importer of minium.

Owns: importing it quietly, its telemetry switched off, connecting to one port, mapping its errors to ours,
and waking its blocked call when the other side died. Source: minium 1.6.1; what is read of its internals is
marked, and a test fails when an upgrade changes it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.core.errors import DriverError, Evidence, HarnessError, PageFault, Timeout
from harness.core.platforms import MINIPROGRAM, Platform
from harness.core.polling import poll
from harness.core.text import Text
from harness.platforms.simulator_process import quiet_environment

CALL_WITHIN = 10  # seconds a single protocol call may take; Minium's own default is 60


def load() -> ModuleType:
    """Import minium without its noise, and switch its usage reports off before it can send one."""
    os.environ.pop("MINIUM_DEV", None)
    quiet_environment()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import minium
        from minium.miniprogram.base_driver import minium_log

    minium_log.existFlag = 1  # its reporter thread ends at once and posts nothing (minium_log.py)
    logging.getLogger("minium").setLevel(logging.CRITICAL)
    module: ModuleType = minium
    return module


def connect(port: int, outputs: Path) -> Any:
    """A ``minium.WXMinium`` connected to ``ws://localhost:<port>/``."""
    minium = load()
    outputs.mkdir(parents=True, exist_ok=True)
    configuration = {
        "test_port": port,
        "outputs": str(outputs),
        "debug_mode": "error",
        "request_timeout": CALL_WITHIN,
        "auto_relaunch": False,  # the app was started for this person; do not start it again
        "mock_native_modal": None,  # dialogs are the simulator's or DevTools', not replaced by mocks
        "report_usage": False,
    }
    with minium_errors("connecting to the mini-program"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = minium.Minium(configuration)
    logging.getLogger("minium").setLevel(logging.CRITICAL)  # its configuration has set it again
    # Minium forgets its socket, open, where the other side closes first: keep it, to close it ourselves.
    client.linkage_socket = client.connection._client.sock.sock
    return client


def wake(client: Any) -> None:
    """End the call Minium is blocked in, from another thread, and keep it from reconnecting.

    Reads internals: ``Connection._receive_response`` raises at once when woken while
    ``is_close_app_by_myself``; ``reconnect`` returns False when ``_is_close_on_my_own``.
    """
    connection = getattr(client, "connection", None)
    if connection is None:
        return
    connection._is_close_on_my_own = True
    connection._is_close_app_by_cmd = True
    connection._is_close_by_cmd = True
    # One notification may fall between Minium's send and its wait; those that follow it do not.
    poll(connection._notify, lambda _: False, within=1.0, every=0.05)


def forget(client: Any) -> None:
    """Drop a client whose other side is closed or about to be; unlike ``shutdown`` it does not wait."""
    connection = getattr(client, "connection", None)
    if connection is not None:
        connection._is_close_on_my_own = connection._is_close_app_by_cmd = connection._is_close_by_cmd = True
        with contextlib.suppress(Exception):
            connection.remove_all_observers()
            type(connection).delete(connection.id)
            connection._client.close()
        client.linkage_socket.close()
    client.native = None


@contextlib.contextmanager
def minium_errors(doing: str, where: str = "", about: Platform = MINIPROGRAM) -> Iterator[None]:
    """Minium's errors become ours: an element that is not there is the page's fault, the rest is not."""
    minium = load()
    try:
        yield
    except (HarnessError, AssertionError):
        raise
    except minium.MiniElementNotFoundError as error:
        raise PageFault(
            Text(
                zh=f"{about.title.zh}无法操作：{doing}",
                en=f"The {about.title.en} cannot be used while {doing}",
            ),
            Evidence(platform=about.name, expected=doing, seen=f"on {where}: {error}"),
        ) from None
    except minium.MiniTimeoutError as error:
        raise Timeout(f"the {about.title.en} did not answer while {doing}: {error}") from None
    except Exception as error:
        raise DriverError(f"Minium failed while {doing}: {type(error).__name__}: {error}") from error
