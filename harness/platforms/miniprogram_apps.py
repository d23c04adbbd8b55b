"""The simulator as a library: start it on a mini-program's folder, open the app as somebody, drive it with Minium.

::

    with MiniProgramSimulator("miniprogram", hosts={"https://api.shop.example": "http://127.0.0.1:8000"}) as phone:
        app = phone.open({"openid": "oXiaoMing", "nickName": "小明"})
        app.minium.app.get_current_page().get_element("#buy").tap()

One process and one Chromium serve any number of apps, each of one WeChat user with storage of its own.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from harness.core.actors import invent
from harness.platforms.minium_client import connect, forget, wake
from harness.platforms.session import Thrown
from harness.platforms.simulator_faults import Faults
from harness.platforms.simulator_process import SimulatorProcess
from harness.processes.temporary import TemporaryFolder

OPEN_WITHIN = 30.0  # seconds


class MiniProgramSimulator:
    """``hosts`` maps an origin of the app's source to the one that answers; ``wechat`` stands in for WeChat's.

    ``options`` are others of the simulator's command line, such as ``--no-domain-check``.
    """

    def __init__(
        self,
        project: Path | str,
        *,
        hosts: Mapping[str, str] | None = None,
        wechat: str | None = None,
        headless: bool = True,
        options: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        self._own = None if folder else TemporaryFolder()
        self.folder = folder or (self._own.path if self._own else Path())
        """Where the simulator's log and Minium's outputs go; without one, a folder for the while."""
        self._numbers = itertools.count(1)
        self._apps: list[MiniProgramApp] = []
        try:
            self._process = SimulatorProcess(
                Path(project),
                hosts=hosts or {},
                wechat=wechat,
                log=self.folder / "simulator.log",
                headless=headless,
                options=options,
            )
        except BaseException:
            self._tidy()
            raise

    def open(
        self,
        person: Mapping[str, Any] | None = None,
        *,
        storage: Mapping[str, Any] | None = None,
        path: str | None = None,
        query: Mapping[str, str] | None = None,
        **more: Any,
    ) -> MiniProgramApp:
        """The mini-program as ``person`` opens it; without one, somebody nobody has met.

        ``path`` and ``query``: the page it is entered by. ``more`` goes to ``Simulator.newApp`` (answers, deviceState,
        device).
        """
        number = next(self._numbers)
        who = dict(person) if person else invent(f"user{number}", str(self.folder)).as_wechat_user()
        wanted = {"storage": storage, "launchPath": path, "query": query, **more}
        params = {name: value for name, value in wanted.items() if value is not None}
        opened = self._process.call("Simulator.newApp", {"person": who, **params}, within=OPEN_WITHIN)
        app = MiniProgramApp(self._process, int(opened["port"]), who, self.folder / f"minium-{number}")
        self._apps = [each for each in self._apps if not each.closed]
        self._apps.append(app)
        return app

    def close(self) -> None:
        """End every app and the process; never raises."""
        for app in self._apps:
            app.close()
        self._process.close()
        self._tidy()

    def _tidy(self) -> None:
        if self._own is not None:
            self._own.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class MiniProgramApp:
    """One app, with nothing in common with others but the process that serves it."""

    def __init__(
        self, process: SimulatorProcess, port: int, person: Mapping[str, Any], outputs: Path
    ) -> None:
        self._process, self.port, self.person, self._outputs = process, port, dict(person), outputs
        self.closed = False
        self._faults = Faults()

    @property
    def endpoint(self) -> str:
        """For any client of the automation protocol, such as ``automator.connect``."""
        return f"ws://127.0.0.1:{self.port}"

    @cached_property
    def minium(self) -> Any:
        """A ``minium.Minium`` of this app, connected when first asked for."""
        client = connect(self.port, self._outputs)
        self._let_die = self._process.when_dead(lambda _: wake(client))
        return client

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A ``Simulator.*`` method for this app, as ``app.call("setDeviceState", deviceState={"scan": "A17"})``."""
        return self._process.call(f"Simulator.{method}", {"port": self.port, **params})

    def answer(self, api: str, answer: object) -> None:
        """What the person answers when ``api`` asks them; None for the default."""
        self.call("setAnswer", api=api, answer=answer)

    def findings(self) -> dict[str, Any]:
        """What the app has thrown and said, what it used that the simulator lacks, and the simulator's own faults."""
        return self.call("getFindings")

    def faults(self) -> list[Thrown]:
        """What the simulator itself failed at since the last call: nothing the app did wrong."""
        return self._faults.new(self.findings())

    def screenshot(self) -> bytes:
        """The phone's screen as a PNG, dialogues and bars included."""
        return base64.b64decode(self.call("screenshot")["data"])

    def close(self) -> None:
        """The person leaves; never raises."""
        if self.closed:
            return
        self.closed = True
        if "minium" in vars(self):
            self._let_die()
            with contextlib.suppress(Exception):
                forget(self.minium)
        with contextlib.suppress(Exception):
            self._process.call("Simulator.closeApp", {"port": self.port}, within=5.0)
