"""What is said of hostile answers, by the recording proxy and by who asks through it; in bounded memory and time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.client import Client, Request
from harness.api.silences import Silences
from harness.contracts import Index, load
from harness.core.errors import NoAnswer
from harness.core.payloads import ExchangeRecord
from harness.core.polling import poll
from harness.core.text import Text
from harness.processes.plan import SystemPlan
from harness.processes.ports import free_ports
from harness.processes.system import System
from harness.traffic import exchanges_of
from tests.support.hostile_answers import BOMBS, CASES, CONTRACT, Hostile
from tests.support.traffic import Upstream, proxy_plan

PATIENCE = 1.0  # seconds of the client, with those who are slow on purpose
LONG_PATIENCE = 60.0  # with others
LONGEST = 30.0  # seconds that any answer may take, whatever it does
MOST_MEMORY = 500  # MB


@dataclass
class Rig:
    """A service of hostile answers behind a proxy; ``process`` is the proxy's."""

    folder: Path
    process: int
    backend: BackendUnderTest
    index: Index


def answering(request: bytes, connection: socket.socket) -> None:
    """Send the answer that the path names, and close."""

    def write(data: bytes) -> bool:
        try:
            connection.sendall(data)
        except OSError:
            return False
        return True

    case = CASES[request.split(b" ", 2)[1].decode().rpartition("/")[2]]
    if case.is_script:
        case.answer(write)  # type: ignore[call-arg]
    else:
        write(case.answer())  # type: ignore[call-arg, arg-type]
    raise OSError


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("run")
    (folder / "answers.yaml").write_text(CONTRACT)
    upstream = Upstream()
    upstream.script = answering
    serving = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{upstream.server_address[1]}"
    edge: dict[str, object] = {"source": "harness", "target": "site", "port": port, "upstream": address}
    edge["contracts"] = [folder / "answers.yaml"]
    plan = proxy_plan(folder, [edge])
    index = Index([load(folder / "answers.yaml")])
    backend = BackendUnderTest(
        name="site",
        title=Text(zh="网站", en="website"),
        platforms=("website",),
        contracts=(),
        base_url=lambda: f"http://127.0.0.1:{port}",
    )
    with System.start(SystemPlan(run="r1", folder=folder, processes=[plan]), within=20) as system:
        process = system.processes["proxies"]
        yield Rig(folder, process, backend, index)
    upstream.shutdown()
    serving.join()
    upstream.server_close()
    assert plan.log.read_text() == ""  # no traceback, no warning


def asked(rig: Rig, name: str) -> tuple[str, str]:
    """What the client says of an answer."""
    timeout = PATIENCE if CASES[name].is_script else LONG_PATIENCE
    client = Client(replace(rig.backend, silences=Silences()), rig.index, timeout=timeout)
    try:
        answer = client.send(rig.index.operations[0], Request(path={"name": name}))
    except NoAnswer as error:
        return "no answer", error.title.en
    finally:
        client.close()
    if answer.checked.violations:
        return "failed", "; ".join(each.message.en for each in answer.checked.violations)
    if answer.checked.unchecked:
        return "unchecked", "; ".join(each.words.en for each in answer.checked.unchecked)
    return "kept", ""


def recorded(rig: Rig, name: str) -> tuple[str, str]:
    """What the record says of the first of its exchanges; the client may have left before it is written."""
    path = f"/answers/{name}"

    def written() -> list[ExchangeRecord]:
        return [each.record for each in exchanges_of(rig.folder) if each.exchange.path == path]

    record = poll(written, bool, within=10).value[0]
    if record.violations:
        return "failed", "; ".join(each.message.en for each in record.violations)
    match record.reason:
        case None:
            return "kept", ""
        case "too large" | "encoding" | "unread":
            return "unchecked", record.unchecked or ""
        case "no answer" | "cut short":
            return "no answer", record.unchecked or ""
        case "client left":  # which has said why
            return CASES[name].said, CASES[name].words
        case other:
            return other, record.unchecked or ""


def peak(process: int | str) -> int:
    """The most memory that a process had, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) // 1024


def forget_peak(process: int | str) -> int:
    """Let the most memory begin at what is used now; how much that is."""
    Path(f"/proc/{process}/clear_refs").write_text("5")
    return peak(process)


def case_marks(name: str, case: Hostile) -> list[pytest.MarkDecorator]:
    return [pytest.mark.full] if case.is_script or name in BOMBS else []


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=name, marks=case_marks(name, case)) for name, case in CASES.items()],
)
def test_a_hostile_answer(rig: Rig, name: str, case: Hostile) -> None:
    before = forget_peak("self")
    began = time.monotonic()
    told = {"client": asked(rig, name)}
    seconds = time.monotonic() - began
    told["proxy"] = recorded(rig, name)
    wrong = {who: said for who, said in told.items() if said[0] != case.said or case.words not in said[1]}
    assert not wrong, f"expected {case.said}: {case.words}"
    assert seconds < LONGEST
    assert peak("self") - before < MOST_MEMORY
    assert peak(rig.process) < MOST_MEMORY


@pytest.mark.full
def test_many_large_answers_at_once_take_no_more_memory_than_one(rig: Rig) -> None:
    forget_peak(rig.process)
    askers = [threading.Thread(target=asked, args=(rig, "many-lists")) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert peak(rig.process) < MOST_MEMORY
