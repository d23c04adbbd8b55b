"""A small blocking client of the ``Simulator`` domain, for the test process.

Owns the socket and the deadlines; the conversation is :class:`harness.automator.session.ClientSession`. It
does not drive pages: that is minium's part.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.protocol import State
from websockets.sync.client import ClientConnection, connect

from harness.automator.device_state import prepared
from harness.automator.messages import MAX_MESSAGE
from harness.automator.session import ClientSession
from harness.core.errors import BrokenError, Timeout
from harness.core.text import Text

DEADLINE = 10.0
"""Seconds a call may take unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class NewApp:
    """A mini-program one person has opened: drive it at ``endpoint``; ``boot_ms`` is its launch time."""

    port: int
    endpoint: str
    route: str
    boot_ms: float


class SimulatorClient:
    """A connection to the control port (or any app's port) of a simulator.

    Every call ends within its deadline: with the result, with ProtocolError when the simulator refused it,
    or with BrokenError naming the method and what was last seen. Not thread-safe; one per thread.
    """

    def __init__(self, endpoint: str, *, deadline: float = DEADLINE) -> None:
        self.endpoint, self.deadline = endpoint, deadline
        self._session = ClientSession()
        self._open = ExitStack()
        try:
            # No proxy: the simulator is on this machine, and a proxy of the environment would take the call.
            self._socket: ClientConnection = self._open.enter_context(
                connect(
                    endpoint, open_timeout=deadline, close_timeout=1, max_size=2 * MAX_MESSAGE, proxy=None
                )
            )
        except (OSError, InvalidHandshake, InvalidURI) as error:
            words = Text(
                zh="{endpoint} 上没有模拟器响应：{error}", en="no simulator answers at {endpoint}: {error}"
            )
            raise BrokenError(words.format(endpoint=endpoint, error=error)) from error

    @property
    def over(self) -> bool:
        """Whether the connection has ended, or is about to."""
        return self._socket.state is not State.OPEN

    def call(
        self, method: str, params: Mapping[str, Any] | None = None, *, deadline: float | None = None
    ) -> Any:
        """Call a method; ``deadline`` in seconds. The result object of the specification."""
        allowed = self.deadline if deadline is None else deadline
        ends = time.monotonic() + allowed
        pending, text = self._session.call(method, params or {})
        try:
            self._socket.send(text)
            while pending.outcome is None:
                self._session.receive(self._socket.recv(max(0.0, ends - time.monotonic())))
        except TimeoutError:
            self._session.forget(pending)
            words = Text(
                zh="{method}：{endpoint} 在 {seconds:g} 秒内没有响应；最后看到：{seen}",
                en="{method}: no answer from {endpoint} within {seconds:g} s; last seen: {seen}",
            )
            its = {"method": method, "endpoint": self.endpoint, "seconds": allowed}
            raise Timeout(words.format(**its, seen=self._session.last_seen)) from None
        except (ConnectionClosed, OSError) as error:
            ended = Text(
                zh="与 {endpoint} 的连接已断开（{error}）", en="the connection to {endpoint} ended ({error})"
            )
            self._session.close(ended.format(endpoint=self.endpoint, error=error))
        return dict(pending.result())

    def info(self) -> dict[str, Any]:
        """What this simulator is, can do and runs."""
        return dict(self.call("Simulator.getInfo"))

    def new_app(
        self,
        person: Mapping[str, Any],
        *,
        storage: Mapping[str, Any] | None = None,
        launch_path: str | None = None,
        query: Mapping[str, str] | None = None,
        answers: Mapping[str, Any] | None = None,
        device_state: Mapping[str, Any] | None = None,
        device: Mapping[str, Any] | None = None,
        deadline: float = 30.0,
    ) -> NewApp:
        """Open the mini-program as ``person`` (openid, unionid, phone, nickName, avatarUrl).

        ``device_state`` as in :meth:`set_device_state`; ``device`` what differs from the usual phone
        (model, system, width, height, pixelRatio, statusBarHeight, locale, timezone).
        """
        wanted = {
            "person": dict(person),
            "storage": storage,
            "launchPath": launch_path,
            "query": query,
            "answers": answers,
            "deviceState": None if device_state is None else prepared(device_state),
            "device": device,
        }
        params = {name: value for name, value in wanted.items() if value is not None}
        result = self.call("Simulator.newApp", params, deadline=deadline)
        return NewApp(result["port"], result["endpoint"], result["route"], result["bootMs"])

    def close_app(self, port: int) -> None:
        """The person leaves: the app and its port are gone."""
        self.call("Simulator.closeApp", {"port": port})

    def set_trace(self, headers: Mapping[str, str], *, port: int | None = None) -> None:
        """Headers for every ``wx.request`` of the app from now on."""
        self.call("Simulator.setTrace", {"headers": dict(headers), **_port(port)})

    def set_answer(self, api: str, answer: object, *, port: int | None = None) -> None:
        """What the person answers when ``api`` asks; None for the API's own default."""
        self.call("Simulator.setAnswer", {"api": api, "answer": answer, **_port(port)})

    def set_device_state(self, *, port: int | None = None, **facts: object) -> None:
        """What the person answers and their phone reports, by name: ``set_device_state(networkType="none")``.

        The names are those of ``Simulator.setDeviceState``; None gives one its default back. A picture, video or file
        is a path, bytes, or what the protocol takes: ``set_device_state(pictures=[Path("cat.png")])``.
        """
        self.call("Simulator.setDeviceState", {"deviceState": prepared(facts), **_port(port)})

    def background(self, *, port: int | None = None) -> None:
        """The person leaves the app for another one."""
        self.call("Simulator.setForeground", {"foreground": False, **_port(port)})

    def foreground(
        self,
        *,
        port: int | None = None,
        scene: int | None = None,
        path: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        """The person comes back, perhaps by a card or a code that names a page."""
        enter = {"scene": scene, "path": path, "query": query}
        told = {name: value for name, value in enter.items() if value is not None}
        self.call("Simulator.setForeground", {"foreground": True, **told, **_port(port)})

    def device_event(self, event: str, *, port: int | None = None, **detail: object) -> int:
        """Something ``wx.on<event>`` listens to happens: ``device_event("MemoryWarning", level=10)``.

        How many listeners of the app heard it.
        """
        said = self.call("Simulator.deviceEvent", {"event": event, "detail": detail, **_port(port)})
        return int(said["heard"])

    def effects(self, api: str | None = None, *, port: int | None = None) -> list[dict[str, Any]]:
        """What the app did beyond its own screen since its start, of one API or of all."""
        effects = self.call("Simulator.getEffects", _port(port))["effects"]
        return [dict(each) for each in effects if api in (None, each["api"])]

    def touch(self, *points: tuple[float, float], hold_ms: float = 0, port: int | None = None) -> None:
        """One finger from the first point to the last, in pixels of the app's part of the screen."""
        way = [{"x": x, "y": y} for x, y in points]
        self.call("Simulator.touch", {"points": way, "holdMs": hold_ms, **_port(port)})

    def write(self, text: str, *, port: int | None = None) -> None:
        """The keyboard, into whatever has the focus."""
        self.call("Simulator.keys", {"text": text, **_port(port)})

    def back(self, *, port: int | None = None) -> None:
        """The phone's back: puts away what WeChat has drawn over the page, else goes back a page."""
        self.call("Simulator.back", _port(port))

    def press(self, key: str, *, port: int | None = None) -> None:
        """One key of the keyboard by its name: Enter, Backspace."""
        self.call("Simulator.keys", {"key": key, **_port(port)})

    def apis(self, *, port: int | None = None) -> dict[str, bool]:
        """Every name of the published API: whether it is simulated here, or only fails and is counted."""
        apis = self.call("Simulator.getApis", _port(port))["apis"]
        return {each["name"]: each["simulated"] for each in apis}

    def findings(self, *, port: int | None = None) -> dict[str, Any]:
        """Exceptions, console lines and warnings of the app since its start, and the simulator's own ``faults``;
        ``gaps``: what it used and we lack.
        """
        return dict(self.call("Simulator.getFindings", _port(port)))

    def tree(self, *, port: int | None = None) -> str:
        """The page on top as WXML, with what its data made of it."""
        return str(self.call("Simulator.getTree", _port(port))["wxml"])

    def start_tracing(self, *, port: int | None = None) -> None:
        """Record everything on the phone's screen from now on."""
        self.call("Simulator.startTracing", _port(port))

    def stop_tracing(self, path: Path, *, port: int | None = None) -> Path:
        """Write the Playwright trace, masked, to a ``.zip`` that is not there yet."""
        asked = {"path": str(path.absolute()), **_port(port)}
        return Path(self.call("Simulator.stopTracing", asked, deadline=60)["path"])

    def screenshot(self, *, port: int | None = None) -> str:
        """The phone's screen, bars included: base64 of a PNG."""
        return str(self.call("Simulator.screenshot", _port(port))["data"])

    def shutdown(self) -> None:
        """End the simulator process; it answers first."""
        self.call("Simulator.shutdown")

    def close(self) -> None:
        """End the connection; the simulator runs on."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _port(port: int | None) -> dict[str, int]:
    return {} if port is None else {"port": port}
