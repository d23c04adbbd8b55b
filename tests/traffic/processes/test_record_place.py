"""Proxies that serve one run after the other: each gets its own exchanges, masked by its own key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.masking import digests
from harness.core.polling import poll
from harness.traffic import exchanges_of
from harness.traffic.fault_injection import InjectedFault, inject
from harness.traffic.obstruction import set_obstructed
from harness.traffic.record_place import record_into
from tests.support.traffic import Rig, reply, say

REQUEST = b"GET /member/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
TRACE = "0af7651916cd43dd8448eb211c80319c"


def paths(folder: Path) -> list[str]:
    return [seen.exchange.path for seen in exchanges_of(folder)]


@pytest.fixture
def another_key() -> Iterator[None]:
    """A run that did not start the proxies."""
    before = digests.key()
    digests.take_key("of another run")
    yield
    digests.take_key(before)


@pytest.mark.usefixtures("another_key")
def test_each_run_has_its_own_exchanges(rig: Rig, tmp_path: Path) -> None:
    url, one, other = f"http://127.0.0.1:{rig.ports['browser']}", tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    rig.upstream.script = say(
        reply(json.dumps({"token": "secret-of-li"}).encode(), "Content-Type: application/json")
    )
    rig.send(REQUEST % b"0")
    record_into(url, one, "one")
    rig.send(REQUEST % b"1")
    record_into(url, other, "other")
    rig.send(REQUEST % b"2")
    assert poll(lambda: paths(other), bool, within=5).satisfied
    assert [paths(folder) for folder in (rig.folder, one, other)] == [
        ["/member/0"],
        ["/member/1"],
        ["/member/2"],
    ]
    # As this process masks it: what is looked for in the record is found.
    [seen] = exchanges_of(one)
    assert seen.exchange.response is not None
    assert digests.digest("secret-of-li").encode() in seen.exchange.response.body


def test_nothing_of_an_earlier_run_goes_wrong_in_the_next(rig: Rig, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{rig.ports['browser']}"
    set_obstructed(url, on=True)
    inject(url, InjectedFault(trace_id=TRACE, kind="lose", reads=True))
    assert b"502" in rig.send(REQUEST % b"1")
    record_into(url, tmp_path, "next")
    traced = REQUEST.replace(
        b"\r\n\r\n", b"\r\ntraceparent: 00-" + TRACE.encode() + b"-00f067aa0ba902b7-01\r\n\r\n"
    )
    assert b"200 OK" in rig.send(traced % b"1")
