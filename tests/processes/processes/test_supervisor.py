"""The supervisor and System: real processes on real ports; nothing may be left running."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from harness.core.errors import BrokenError, ProcessDied, Timeout
from harness.core.events import read_events
from harness.core.payloads import ProcessExit, ProcessStart
from harness.core.polling import poll
from harness.processes.__main__ import main
from harness.processes.child import Child
from harness.processes.plan import ProcessPlan, SystemPlan
from harness.processes.ports import free_ports
from harness.processes.process_tree import Identity
from harness.processes.supervisor import GRACE
from harness.processes.system import System

# A service in the smallest form: argv is the port and the seconds until it listens.
SERVICE = r"""
import os, socket, sys, time
time.sleep(float(sys.argv[2]))
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection, _ = server.accept()
    with connection:
        if b"/crash" in connection.recv(1000):
            print("about to fail for 13912345678", flush=True)
            os._exit(3)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nok")
"""
SECRET = "very-secret-key"
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
WITH_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
"""


def service(folder: Path, name: str, *, delay: float = 0.0, before: str = "") -> ProcessPlan:
    (port,) = free_ports(1)
    return ProcessPlan(
        name=name,
        command=(sys.executable, "-S", "-c", before + SERVICE, str(port), str(delay)),
        ready=f"http://127.0.0.1:{port}/health",
        log=folder / "logs" / f"{name}.log",
    )


def script(folder: Path, name: str, text: str) -> ProcessPlan:
    return ProcessPlan(
        name=name, command=(sys.executable, "-S", "-c", text), log=folder / "logs" / f"{name}.log"
    )


def system_of(folder: Path, *processes: ProcessPlan, within: float = 15.0) -> System:
    return System.start(SystemPlan(run="r1", folder=folder, processes=processes), within=within)


def crash(plan: ProcessPlan) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", int(plan.command[4]), timeout=5)
    connection.request("GET", "/crash")
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        connection.getresponse()
    connection.close()


def first_death(system: System) -> ProcessDied:
    def look() -> ProcessDied | None:
        try:
            system.check()
        except ProcessDied as death:
            return death
        return None

    death = poll(look, lambda seen: seen is not None, within=5, every=0.02).value
    assert death is not None
    return death


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def trio(tmp_path: Path) -> Iterator[tuple[System, list[ProcessPlan]]]:
    plans = [service(tmp_path, "website"), service(tmp_path, "miniprogram"), service(tmp_path, "wechat")]
    plans[0] = plans[0].model_copy(update={"environment": {"SYNC_KEY": SECRET}})
    with system_of(tmp_path, *plans) as system:
        yield system, plans


def test_all_run_when_start_returns_and_none_when_stop_returns(
    tmp_path: Path, trio: tuple[System, list[ProcessPlan]]
) -> None:
    system, plans = trio
    assert list(system.processes) == ["website", "miniprogram", "wechat"]
    assert not any(gone(pid) for pid in system.processes.values())
    began = time.perf_counter()
    for _ in range(2000):
        system.check()
    assert (time.perf_counter() - began) / 2000 < 200e-6  # 50 µs is the promise; this machine may be busy
    began = time.monotonic()
    system.stop()
    assert time.monotonic() - began < 2 * GRACE  # asked and gone, not killed after GRACE
    assert all(gone(pid) for pid in system.processes.values())
    assert [event.data.name for event in read_events(tmp_path, ProcessStart)] == [plan.name for plan in plans]
    exits = list(read_events(tmp_path, ProcessExit))
    assert len(exits) == 3
    assert all(event.data.expected for event in exits)
    assert not (tmp_path / "system.json").exists()
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    with pytest.raises(BrokenError, match="stopped"):
        system.check()
    system.stop()


def test_a_process_that_ends_is_named_with_its_last_words(
    tmp_path: Path, trio: tuple[System, list[ProcessPlan]]
) -> None:
    system, plans = trio
    worker = System.attach(tmp_path)
    worker.check()
    assert system.is_whole()
    crash(plans[1])
    death = first_death(system)
    assert not system.is_whole()
    assert str(first_death(worker)) == str(death)
    assert death.name == "miniprogram"
    assert "ended with exit code 3" in str(death)
    assert "about to fail for 139****5678" in str(death)
    with pytest.raises(ProcessDied) as again:
        system.check()
    assert again.value is death
    (event,) = read_events(tmp_path, ProcessExit)
    assert event.data.exit_code == 3
    assert event.data.expected is False
    assert event.platform == "miniprogram"
    assert "13912345678" not in plans[1].log.read_text()


def test_a_killed_process_is_told_by_its_signal(tmp_path: Path) -> None:
    with system_of(tmp_path, service(tmp_path, "wechat")) as system:
        psutil.Process(system.processes["wechat"]).kill()
        death = first_death(system)
    assert death.name == "wechat"
    if os.name == "posix":
        assert "killed by SIGKILL" in str(death)


@pytest.mark.skipif(os.name != "posix", reason="only there a process can be stopped")
def test_a_process_that_is_stopped_is_told_while_it_is(tmp_path: Path) -> None:
    with system_of(tmp_path, service(tmp_path, "wechat")) as system:
        wechat = psutil.Process(system.processes["wechat"])
        wechat.suspend()
        assert poll(system.stopped, bool, within=2).value == {"wechat": wechat.pid}
        assert not system.is_whole()
        wechat.resume()
        assert poll(system.is_whole, bool, within=2).satisfied
        assert system.stopped() == {}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_process_goes_on_where_its_log_cannot_be_written() -> None:
    news = threading.Event()
    talker = ProcessPlan(
        name="talker",
        command=(sys.executable, "-S", "-c", "[print('x' * 70) for n in range(5000)]; raise SystemExit(4)"),
        log=Path("/dev/full"),
    )
    child = Child(talker, news)
    assert news.wait(10)
    assert child.how.en == "ended with exit code 4"


def test_a_system_whose_folder_is_gone_ends_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with system_of(folder, service(folder, "wechat")) as system:
        shutil.rmtree(folder)
        system.check()
    assert gone(system.processes["wechat"])


def test_services_start_side_by_side(tmp_path: Path) -> None:
    before = "import time; print(time.monotonic(), flush=True)\n"
    plans = [service(tmp_path, f"s{number}", delay=1.0, before=before) for number in range(3)]
    with system_of(tmp_path, *plans):
        ready = time.monotonic()
    begun = [float(plan.log.read_text()) for plan in plans]
    assert max(begun) - min(begun) < 1.0  # one after the other: above 2
    assert ready - max(begun) > 1.0


def test_a_service_that_never_answers_is_one_clear_error(tmp_path: Path) -> None:
    slow = service(tmp_path, "website", delay=60, before="print('waiting for the database', flush=True)\n")
    fine = service(tmp_path, "wechat")
    with pytest.raises(Timeout) as raised:
        system_of(tmp_path, slow, fine, within=1.0)
    message = str(raised.value)
    assert message.startswith("website was not ready at http://127.0.0.1:")
    assert "within 1 s" in message
    assert "refused" in message
    assert "waiting for the database" in message
    exits = list(read_events(tmp_path, ProcessExit))
    assert {event.data.name for event in exits} == {"website", "wechat"}
    assert all(gone(event.data.pid) for event in exits)


def test_a_service_that_ends_while_starting(tmp_path: Path) -> None:
    broken = script(tmp_path, "website", "raise SystemExit('no such table: members')")
    with pytest.raises(ProcessDied) as raised:
        system_of(tmp_path, service(tmp_path, "wechat", delay=30), broken)
    assert raised.value.name == "website"
    assert "no such table: members" in str(raised.value)
    with pytest.raises(ProcessDied, match="no such table"):  # whoever comes later hears the same
        System.attach(tmp_path)


def test_only_the_last_five_lines_are_quoted(tmp_path: Path) -> None:
    news = threading.Event()
    child = Child(
        script(tmp_path, "talker", "[print('line', n) for n in range(20)]; raise SystemExit(4)"), news
    )
    assert news.wait(5)
    assert child.how.en == "ended with exit code 4"
    assert child.last_words().split() == "line 15 line 16 line 17 line 18 line 19".split()
    assert child.plan.log.read_text().splitlines()[0] == "line 0"


def test_a_taken_port_names_its_holder(tmp_path: Path) -> None:
    import socket

    plan = service(tmp_path, "website")
    port = int(plan.command[4])
    with socket.create_server(("127.0.0.1", port)), pytest.raises(BrokenError) as raised:
        system_of(tmp_path, plan)
    assert f"website cannot be started: port {port} is taken by" in str(raised.value)
    assert str(os.getpid()) in str(raised.value)


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    plan = ProcessPlan(name="website", command=("no-such-program",), log=tmp_path / "w.log")
    with pytest.raises(BrokenError, match=r"website cannot be started: .*no-such-program"):
        Child(plan, threading.Event())


@pytest.mark.skipif(os.name != "posix", reason="a process cannot refuse to end on Windows")
def test_who_does_not_end_when_asked_is_killed(tmp_path: Path) -> None:
    system = system_of(tmp_path, service(tmp_path, "website", before=STUBBORN))
    began = time.monotonic()
    system.stop()
    assert 1.5 < time.monotonic() - began < 4
    assert gone(system.processes["website"])


def test_children_of_services_end_too_even_orphans(tmp_path: Path) -> None:
    parent = script(tmp_path, "parent", WITH_CHILD + "import time; time.sleep(600)")
    leaver = script(tmp_path, "leaver", WITH_CHILD)
    with system_of(tmp_path, parent, leaver):
        logs = (parent.log, leaver.log)
        poll(lambda: [log.read_text() for log in logs], all, within=5)
        children = [int(log.read_text().split()[1]) for log in logs]
        assert not any(gone(pid) for pid in children)
    assert gone(children[0])
    if os.name == "posix":
        assert gone(children[1])


def test_nothing_is_left_when_the_supervisor_is_killed(
    tmp_path: Path, trio: tuple[System, list[ProcessPlan]]
) -> None:
    system, _ = trio
    psutil.Process(json.loads((tmp_path / "system.json").read_text())["supervisor"]).kill()
    assert first_death(system).name == "the supervisor"
    system.stop()
    assert all(gone(pid) for pid in system.processes.values())


OWNER = """
import sys
from pathlib import Path
from harness.processes.plan import SystemPlan
from harness.processes.system import System
plan = SystemPlan.model_validate_json(sys.stdin.read())
system = System.start(plan)
print("up", flush=True)
sys.stdin = open(0)
import time
time.sleep(600)
"""


@dataclass(frozen=True)
class Owned:
    """A system whose owner is a process of its own, and everything that keeps it together."""

    folder: Path
    owner: subprocess.Popen[bytes]
    supervisor: int
    standby: int
    services: tuple[int, ...]

    def left(self, within: float) -> list[int]:
        pids = [self.supervisor, self.standby, *self.services]
        return poll(
            lambda: [p for p in pids if not gone(p)], lambda left: not left, within=within, every=0.02
        ).value


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[Owned]:
    plans = (service(tmp_path, "website"), service(tmp_path, "wechat", before=STUBBORN))
    draft = {
        "run": "r1",
        "folder": str(tmp_path),
        "processes": [json.loads(plan.model_dump_json()) for plan in plans],
        "discard": str(tmp_path / "data"),
    }
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "members.db").touch()
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert owner.stdin is not None
    assert owner.stdout is not None
    with owner.stdin as pipe:
        pipe.write(json.dumps(draft).encode())
    assert owner.stdout.readline() == b"up\n"
    state = json.loads((tmp_path / "system.json").read_text())
    family = psutil.Process(state["supervisor"]).children()
    [standby] = [its.pid for its in family if "harness.processes.standby" in its.cmdline()]
    owned = Owned(tmp_path, owner, state["supervisor"], standby, tuple(state["processes"].values()))
    yield owned
    for pid in owned.left(within=0):
        psutil.Process(pid).kill()
    owner.kill()
    owner.wait()
    owner.stdout.close()


def test_everything_ends_within_a_second_when_the_owner_is_killed(owned: Owned) -> None:
    owned.owner.kill()
    assert owned.left(within=3) == []  # the promise is one second; a busy machine gets some more
    assert {event.data.name for event in read_events(owned.folder, ProcessExit)} == {"website", "wechat"}


@pytest.mark.parametrize(
    "also",
    ["owner", pytest.param("standby", marks=pytest.mark.full), pytest.param("", marks=pytest.mark.full)],
)
def test_everything_ends_when_the_supervisor_is_killed_too(owned: Owned, also: str) -> None:
    psutil.Process(owned.supervisor).kill()
    if also == "owner":
        owned.owner.kill()
    if also == "standby":
        psutil.Process(owned.standby).kill()
        System.end(owned.folder)
    assert owned.left(within=5) == []
    assert not (owned.folder / "system.json").exists()
    assert (owned.folder / "data").exists() is (also == "standby")  # which its owner then removes


@pytest.mark.full
def test_a_standby_that_is_killed_is_not_missed(owned: Owned) -> None:
    psutil.Process(owned.standby).kill()
    System.attach(owned.folder).check()
    owned.owner.kill()
    assert owned.left(within=5) == []


@pytest.mark.full
@pytest.mark.skipif(os.name != "posix", reason="only there a process can be stopped")
def test_everything_ends_when_the_supervisor_is_frozen_and_the_owner_killed(owned: Owned) -> None:
    psutil.Process(owned.supervisor).suspend()
    owned.owner.kill()
    assert owned.left(within=20) == []


def test_a_later_process_with_the_same_pid_is_not_taken_for_ours() -> None:
    me = Identity.of(os.getpid())
    assert me.find() is not None
    assert Identity(me.pid, me.created - 60).find() is None


def test_attaching_where_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(BrokenError, match="no system is running"):
        System.attach(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "usage: "),
        (["no-such-plan.json"], "no-such-plan.json: cannot read the plan"),
    ],
)
def test_bad_arguments_are_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith(message)
    assert said.count("\n") == 1
