"""What a service wrote while it answered a request, found by the time of its lines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.polling import pause
from harness.processes.service_log import LineTimes, ServiceLog


class Service:
    """Writes a log as the supervisor does."""

    def __init__(self, path: Path) -> None:
        self.log, self._file = ServiceLog(path), path.open("ab", buffering=0)
        self._times = LineTimes(path)

    def write(self, *lines: str, end: str = "\n") -> None:
        for line in lines:
            self._times.note(self._file.tell())
            self._file.write(f"{line}{end}".encode())

    def close(self) -> None:
        self._times.close()
        self._file.close()

    def answer(self, *lines: str, late: str = "") -> tuple[float, float]:
        """One request, during which the lines are written; ``late`` comes after its answer."""
        began = time.monotonic()
        self.write(*lines)
        ended = time.monotonic()
        if late:
            self.write(late)
        return began, ended


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "website.log")
    yield service
    service.close()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.processes.service_log.LATE", 0.05)
    monkeypatch.setattr("harness.processes.service_log.QUIET", 0.0)


def test_only_what_was_written_meanwhile_is_of_the_request(service: Service) -> None:
    service.write("website ERROR before")
    window = service.answer("website INFO GET /", "website ERROR 订单 during", "website INFO done")
    pause(0.06)
    service.write("website ERROR after")
    assert service.log.errors([window]) == [["website ERROR 订单 during"]]


def test_an_error_may_come_after_its_answer(service: Service) -> None:
    window = service.answer("website INFO GET /", late="website ERROR too late")
    assert service.log.errors([window]) == [["website ERROR too late"]]


def test_each_request_has_its_own_error_though_the_first_comes_late(service: Service) -> None:
    windows = [
        service.answer(late="website ERROR a"),
        service.answer(late="website ERROR b"),
        service.answer(),
    ]
    assert service.log.errors(windows) == [["website ERROR a"], ["website ERROR b"], []]


def test_a_line_longer_than_one_read_moves_no_other(service: Service) -> None:
    service.write("the beginning of a long line, ", end="")
    window = service.answer("and its end", "website ERROR here")
    assert service.log.errors([window]) == [["website ERROR here"]]


def test_a_service_without_a_log_tells_nothing(tmp_path: Path) -> None:
    assert ServiceLog(tmp_path / "none.log").errors([(0.0, 1.0)]) == [[]]


def test_an_index_that_was_cut_off_tells_nothing(service: Service, tmp_path: Path) -> None:
    window = service.answer("website ERROR here")
    (tmp_path / "website.times").write_bytes(b"00000000012\n" * 12)
    assert service.log.errors([window]) == [[]]
