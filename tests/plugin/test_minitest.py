"""A MiniTest's report: whether the simulator died meanwhile, and how long that is waited for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import ProcessDied
from harness.plugin import minitest
from harness.plugin.minitest import DEATH_WITHIN, MiniTestHooks

DIED = ProcessDied("the simulator", how="signal 9")


class App:
    """An app whose simulator dies while it is waited for, or does not."""

    about = None

    def __init__(self, died: ProcessDied | None = None) -> None:
        self.died, self.waited = died, 0.0

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        self.waited += within
        return self.died if within else None

    def faults(self) -> list[Any]:
        return []


def reported(app: App, error: BaseException | None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The call of a MiniTest that ended with this error, after its report was made."""
    monkeypatch.setattr(minitest, "is_minitest", lambda item: True)
    hooks = MiniTestHooks(cast(Any, None))
    hooks.app = cast(Any, app)
    monkeypatch.setattr(hooks, "_show", lambda item, app: None)
    call: Any = SimpleNamespace(when="call", excinfo=None)
    if error is not None:
        try:
            raise error
        except type(error):
            call.excinfo = pytest.ExceptionInfo.from_current()
    report = SimpleNamespace(failed=error is not None, skipped=False, longrepr="")
    making = hooks.pytest_runtest_makereport(cast(Any, None), call)
    next(making)
    with pytest.raises(StopIteration):
        making.send(cast(Any, report))
    return call


@pytest.mark.parametrize("error", [None, AssertionError("'2' != '7'")], ids=["passed", "failed"])
def test_while_the_app_answers_no_death_is_waited_for(
    error: BaseException | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App()
    reported(app, error, monkeypatch)
    assert app.waited == 0


def test_a_death_that_shows_a_moment_later_explains_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    app = App(DIED)
    call = reported(app, ConnectionError("closed"), monkeypatch)
    assert app.waited == DEATH_WITHIN
    assert call.excinfo.value is DIED
