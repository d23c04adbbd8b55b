"""A service with sealed bodies: checks, masking and curl see them opened, and the service sees only sealed ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Client, Request
from harness.api.settings import LoginSettings
from harness.api.sign_in import sign_in
from harness.api.silences import Silences
from harness.conformance.fuzzing.run_operation import run
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Index, load
from harness.core.codec import CodecAddress, CodecError
from harness.core.payloads import ExchangeRecord
from harness.core.text import Text
from harness.processes.plan import SystemPlan
from harness.processes.ports import free_ports
from harness.processes.system import System
from harness.traffic import exchanges_of
from tests.fixture_codec.backend_notes import Notes, notes
from tests.support.traffic import proxy_plan

FIXTURE = Path(__file__).parents[2] / "fixture_codec"
ADDRESS = CodecAddress(name="club_codec:ClubCodec", folder=FIXTURE)
NOTE = {"text": "buy milk", "phone": "13912345678"}


@dataclass
class Rig:
    folder: Path
    backend: BackendUnderTest
    index: Index
    handler: type[Notes]

    def send(self, body: object = NOTE) -> Answer:
        client = Client(replace(self.backend, silences=Silences()), self.index, timeout=5)
        try:
            return client.send(self.index.operations[0], Request(body=body))
        finally:
            client.close()

    def record(self) -> ExchangeRecord:
        """Of the last exchange."""
        return list(exchanges_of(self.folder))[-1].record

    def on_disk(self, text: bytes) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file() and text in file.read_bytes()]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("run")
    (port,) = free_ports(1)
    with notes() as (url, handler):
        edge: dict[str, object] = {"source": "harness", "target": "notes", "port": port, "upstream": url}
        edge |= {"contracts": [FIXTURE / "notes.yaml"], "codec": ADDRESS.model_dump(mode="json")}
        plan = proxy_plan(folder, [edge])
        backend = BackendUnderTest(
            name="notes",
            title=Text(zh="便笺", en="notes"),
            platforms=("website",),
            contracts=(FIXTURE / "notes.yaml",),
            base_url=lambda: f"http://127.0.0.1:{port}",
            codec=ADDRESS.load(),
        )
        with System.start(SystemPlan(run="r1", folder=folder, processes=[plan]), within=20):
            yield Rig(folder, backend, Index([load(FIXTURE / "notes.yaml")]), handler)
        assert "Traceback" not in plan.log.read_text()


@pytest.fixture
def rig(running: Rig) -> Rig:
    running.handler.faults.clear()
    running.handler.bodies.clear()
    return running


def test_who_asks_and_who_records_see_the_opened_body(rig: Rig) -> None:
    answer = rig.send()
    assert (answer.status, answer.data["id"], answer.checked.violations) == (201, 1, ())
    assert '"text": "buy milk", "phone": "${PHONE}"' in answer.curl.replace("\\", "")
    record = rig.record()
    assert (record.violations, record.checked) == ((), True)
    assert json.loads(record.request.content.text) == {"text": "buy milk", "phone": "139****5678"}
    assert record.response is not None
    told = json.loads(record.response.content.text)
    assert told["text"] == "buy milk"
    assert told["token"].startswith("***")


def test_the_service_sees_only_what_is_sealed_and_the_disk_nothing_of_it(rig: Rig) -> None:
    rig.send()
    (body,) = rig.handler.bodies
    assert b"milk" not in body
    assert bytes.fromhex(body.decode())
    for secret in (body, b"13912345678", b"s3cret-of-notes"):
        assert rig.on_disk(secret) == []


def test_a_violation_in_a_sealed_body_is_the_services(rig: Rig) -> None:
    rig.handler.faults.add("text-id")
    assert [each.where for each in rig.send().checked.violations] == ["response.body/id"]
    assert [each.where for each in rig.record().violations] == ["response.body/id"]


def test_a_codec_that_fails_is_broken_and_named(rig: Rig) -> None:
    rig.handler.faults.add("other-key")
    with pytest.raises(CodecError, match="open of the codec club_codec:ClubCodec failed: ValueError"):
        rig.send()
    record = rig.record()
    assert (record.violations, record.reason, record.unjudged) == ((), "check failed", True)
    assert "open of the codec club_codec:ClubCodec failed" in (record.unchecked or "")
    assert rig.on_disk(b"not hexadecimal") == []


def test_a_body_that_is_not_sealed_is_judged_as_it_is(rig: Rig) -> None:
    rig.handler.faults.add("open")
    assert [each.where for each in rig.send().checked.violations] == ["response.headers/Content-Type"]


def test_signing_in_is_sealed_too(rig: Rig) -> None:
    login = LoginSettings(path="/session", body={"name": "ann"}, token="/token")
    assert sign_in(rig.backend.base_url(), login, codec=rig.backend.codec) == "t0ken"


def test_generated_requests_are_sealed(rig: Rig) -> None:
    contract = rig.index.contracts[0]
    settings = ConformanceSettings(max_examples=5, phases=("examples", "fuzzing"), negative=False)
    outcome = run(contract, contract.operations[0], rig.backend, settings)
    assert (outcome.findings, outcome.broken, set(outcome.statuses)) == ((), (), {"201"})
    rig.handler.faults.add("text-id")
    (found,) = run(contract, contract.operations[0], rig.backend, settings).findings
    assert found.seen.en == 'response.body/id: "1" (string)'
    assert '"text":' in found.curl.replace("\\", "")
