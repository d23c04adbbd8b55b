"""No process that runs code of a mini-program has a variable that it does not need."""

from __future__ import annotations

import psutil
import pytest

from tests.support.simulator import APPS, simulating


def test_no_process_of_a_simulator_has_a_secret_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "planted-secret")
    with simulating(APPS / "counter", with_app=True) as running:
        processes = [psutil.Process(running.process.pid), *running.family]
        seen = {process.pid: " ".join(process.environ().values()) for process in processes}
    assert running.ready["browserPid"] in seen
    assert len(seen) > 3
    assert not [pid for pid, values in seen.items() if "planted-secret" in values]
