"""The bridge against app code that got hold of it: whatever comes is noted or ignored, and costs nobody much."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from typing import Any

import pytest

from harness.simulator.device.app_findings import MAX_KEPT, MAX_LINE
from harness.simulator.device.phone import Phone
from harness.simulator.device.wechat_users import NOBODY
from harness.simulator.host.page_messages import MAX_SHORT_MESSAGE, MAX_STORAGE, PageMessages
from harness.simulator.host.wechat import WeChatClient
from harness.simulator.network.domains import Routing
from harness.simulator.network.fetch import Network
from tests.support.malformed import STRANGE


class Rig:
    """A bridge with nothing behind it."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.phone = Phone(app_id="wxapp", person=NOBODY)
        network = Network(Routing({}, check=True, allow_any=False))
        self.bridge = PageMessages(
            self.phone,
            network,
            WeChatClient(None, network.client),
            on_event=lambda method, _: self.events.append(method),
            on_chrome=self._draw,
        )

    async def _draw(self, _: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return None

    async def on_message(self, kind: str, value: object) -> str | None:
        async with asyncio.timeout(5):
            return await self.bridge.on_message(kind, json.dumps(value))


NAMES = (
    "method params name args message stack set remove clear requestId url method header data timeoutMs "
    "responseType streamId what wish path query api options detail text title told level line column"
).split()


def test_garbage_of_every_kind_is_borne(capsys: pytest.CaptureFixture[str]) -> None:
    choose = random.Random(3)

    async def go() -> None:
        rig = Rig()
        told = set(rig.bridge._kinds) - {"fault"}  # which says that the page runtime failed
        kinds = [*sorted(told), "", "no such kind", "event:event"]
        for _ in range(3_000):
            kind = choose.choice(kinds)
            if choose.random() < 0.2:
                text = choose.choice(["", "{", "[]", "null", "NaN", "[" * 50_000, "\x00", '"x"', "7"])
                await asyncio.wait_for(rig.bridge.on_message(kind, text), 5)
                continue
            names = choose.sample(NAMES, choose.randrange(8))
            answer = await rig.on_message(kind, {name: choose.choice(STRANGE) for name in names})
            assert answer is None or isinstance(json.loads(answer), dict)
        said = rig.phone.findings.as_result()
        assert len(said["warnings"]) <= MAX_KEPT
        assert any("not JSON" in each for each in said["warnings"])
        assert said["faults"] == []
        rig.bridge.close()

    asyncio.run(go())
    assert capsys.readouterr().err == ""


def test_what_one_message_may_hold() -> None:
    async def go() -> None:
        rig = Rig()
        await rig.on_message("effect", {"api": "x", "detail": {"blob": "x" * MAX_SHORT_MESSAGE}})
        assert not rig.phone.effects
        await rig.on_message(
            "event", {"method": "App.logAdded", "params": {"type": "log", "args": ["x" * 1_000_000]}}
        )
        [line] = rig.phone.findings.console
        assert len(line["args"][0]) < MAX_LINE + 100
        [warning] = rig.phone.findings.warnings
        assert "refused a message of kind 'effect'" in warning

    asyncio.run(go())


def test_the_storage_knows_what_was_encrypted() -> None:
    async def go() -> None:
        rig = Rig()
        await rig.on_message("storage", {"set": {"a": 1, "b": 2}, "sealed": True})
        await rig.on_message("storage", {"set": {"a": 3}})
        assert rig.phone.sealed == {"b"}
        await rig.on_message("storage", {"remove": ["b"]})
        assert rig.phone.sealed == set()

    asyncio.run(go())


def test_storage_is_bounded_and_counts_what_went() -> None:
    async def go() -> None:
        rig = Rig()
        part = "x" * (MAX_STORAGE // 8)
        for number in range(12):
            await rig.on_message("storage", {"set": {f"k{number}": part}})
        assert len(rig.phone.storage) == 7
        assert rig.phone.findings.warnings == ["storage: more than 10 MB, not kept (5 times)"]
        await rig.on_message("storage", {"remove": ["k0", "k1"]})
        await rig.on_message("storage", {"set": {"k11": part}})
        assert "k11" in rig.phone.storage
        await rig.on_message("storage", {"clear": True})
        await rig.on_message("storage", {"set": {"again": part * 7}})
        assert list(rig.phone.storage) == ["again"]

    asyncio.run(go())


def test_the_same_said_again_is_one_finding() -> None:
    async def go() -> None:
        rig = Rig()
        for message in ("a", "a", "a", "b", "a"):
            params = {"message": message, "stack": f"at {message}.js:1"}
            await rig.on_message("event", {"method": "App.exceptionThrown", "params": params})
        said = rig.phone.findings.as_result()
        assert [(each["message"], each["times"]) for each in said["exceptions"]] == [
            ("a", 3),
            ("b", 1),
            ("a", 1),
        ]
        assert said["thrown"] == 5
        assert rig.events == ["App.exceptionThrown"] * 5

    asyncio.run(go())


def test_a_fault_of_the_page_runtime_is_no_exception_of_the_app(capsys: pytest.CaptureFixture[str]) -> None:
    async def go() -> None:
        rig = Rig()
        for page in ("pages/a", "pages/b"):
            await rig.on_message("fault", {"message": "Error: no node", "stack": "at x", "page": page})
        await rig.on_message("fault", {"message": None, "stack": 7})
        said = rig.phone.findings.as_result()
        assert (said["exceptions"], said["warnings"], rig.events) == ([], [], [])
        first, garbage = said["faults"]
        assert (first["message"], first["page"], first["times"]) == ("Error: no node", "pages/a", 2)
        assert garbage["stack"] == "7"

    asyncio.run(go())
    assert capsys.readouterr().err.count("the simulator failed: Error: no node") == 1


def test_what_the_host_itself_cannot_do_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    async def go() -> None:
        rig = Rig()
        rig.bridge._kinds["effect"] = lambda told: 1 / 0  # type: ignore[assignment,return-value]
        assert await rig.on_message("effect", {"api": "x"}) is None
        [found] = rig.phone.findings.as_result()["faults"]
        assert found["message"] == "effect: ZeroDivisionError: division by zero"

    asyncio.run(go())
    assert "ZeroDivisionError" in capsys.readouterr().err
