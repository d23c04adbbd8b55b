"""Minium, unmodified, made fit to live in a test process. The only importer of minium.

Owns: importing it quietly, its telemetry switched off, connecting to one port, mapping its errors to ours,
and waking its blocked call when the other side died. Source: minium 1.6.1; what is read of its internals is
marked, and a test fails when an upgrade changes it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import warnings
from asyncio import AbstractEventLoop
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.automator.refusals import in_both
from harness.core.errors import DriverError, Evidence, HarnessError, PageFault, ProductFault, Timeout
from harness.core.platforms import MINIPROGRAM, Platform
from harness.core.polling import poll
from harness.core.text import Text
from harness.platforms.simulator_process import quiet_environment

CALL_WITHIN = 10  # seconds a single protocol call may take; Minium's own default is 60
ANSWERS_WITHIN = 0.5  # seconds the other side may take to answer that we leave
ENDS_WITHIN = 2.0  # seconds a thread of Minium's may take to end once nothing is left for it to do
LOOP_THREAD = "RunProcessSafeEventLoop"  # in each runs the event loop of one connection


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
    before = _event_loops()
    try:
        with (
            minium_errors(Text(zh="连接小程序", en="connecting to the mini-program")),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            client = minium.Minium(configuration)
    except BaseException:
        _give_up(port, _event_loops() - before)
        raise
    finally:
        _tidy()
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
    """Close a client whose other side is closed or about to be; unlike ``shutdown`` it asks the app for nothing.

    Nothing of it stays in the process: Minium itself leaves a thread with the connection's event loop, a timer's
    thread, three descriptors, and listeners that hold on to all of them.
    """
    connection = getattr(client, "connection", None)
    if connection is not None:
        _emitter().remove_listener("ide_closed", client._relaunch_ide)
        _close(connection)
        with contextlib.suppress(AttributeError):
            client.linkage_socket.close()
        with contextlib.suppress(Exception):
            client.app.release()
        _tidy()
    client.native = None


def _close(connection: Any) -> None:
    """End a connection and its threads, and close its event loop.

    The thread that reads has to end by itself: where the socket is closed under it, it notices 10 seconds later.
    """
    connection._is_close_on_my_own = connection._is_close_app_by_cmd = connection._is_close_by_cmd = True
    type(connection).delete(connection.id)
    open_socket = connection._client.sock  # None where the other side closed first
    with contextlib.suppress(Exception):
        open_socket.send_close()
        connection._thread.join(ANSWERS_WITHIN)
    with contextlib.suppress(Exception):
        open_socket.sock.shutdown(socket.SHUT_RDWR)
    connection._thread.join(ENDS_WITHIN)
    connection.remove_all_observers()
    _end_loop(connection._event_loop.loop)


def _give_up(port: int, loops: set[AbstractEventLoop]) -> None:
    """End what an attempt to connect has left behind: Minium makes three of them and closes none."""
    from minium.miniprogram.base_driver.connection import Connection

    for connection in [its for its in Connection.INSTANCES.values() if its.uri.endswith(f":{port}")]:
        _close(connection)
    for loop in loops:
        _end_loop(loop)


def _end_loop(loop: AbstractEventLoop) -> None:
    with contextlib.suppress(RuntimeError):  # it is closed already
        loop.call_soon_threadsafe(loop.stop)
    if poll(loop.is_running, lambda runs: not runs, within=ENDS_WITHIN, every=0.005).satisfied:
        loop.close()


def _event_loops() -> set[AbstractEventLoop]:
    """The loops that Minium runs at the moment, each in a thread of its own that only the thread knows."""
    threads = [thread for thread in threading.enumerate() if thread.name == LOOP_THREAD]
    return {thread._target.__self__ for thread in threads if getattr(thread, "_target", None)}  # type: ignore[attr-defined]


def _tidy() -> None:
    """Take away what Minium leaves of every attempt to connect, in places that last as long as the process.

    Listeners of two events, for which it only waits while it connects; and a logger named after each connection and
    each app, which both have at hand.
    """
    for event in ("ws_error", "ws_close"):
        _emitter().remove_all_listeners(event)
    loggers = logging.Logger.manager.loggerDict
    for name in [each for each in loggers if each.startswith(("minium.Conn", "minium.App"))]:
        del loggers[name]


def _emitter() -> Any:
    from minium.utils.emitter import ee

    return ee


@contextlib.contextmanager
def minium_errors(doing: Text, where: str = "", about: Platform = MINIPROGRAM) -> Iterator[None]:
    """Minium's errors become ours: an element that is not there is the page's fault, the rest is not."""
    minium = load()
    try:
        yield
    except (HarnessError, ProductFault):
        raise
    except minium.MiniElementNotFoundError as error:
        raise PageFault(
            Text(
                zh=f"{about.title.zh}无法操作：{doing.zh}",
                en=f"The {about.title.en} cannot be used while {doing.en}",
            ),
            Evidence(
                platform=about.name,
                expected=doing,
                seen=Text(zh=f"在 {where}：{error}", en=f"on {where}: {error}"),
            ),
        ) from None
    except minium.MiniTimeoutError as error:
        words = Text(
            zh="{title}没有响应（{doing}）：{error}", en="the {title} did not answer while {doing}: {error}"
        )
        raise Timeout(words.format(title=about.title, doing=doing, error=error)) from None
    except Exception as error:
        words = Text(zh="Minium 出错（{doing}）：{error}", en="Minium failed while {doing}: {error}")
        name = type(error).__name__
        said = in_both(str(error)).map(lambda each: f"{name}: {each}")
        raise DriverError(words.format(doing=doing, error=said)) from error
