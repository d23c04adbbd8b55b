"""App code that does its worst: it ends as one clear finding, reaches nothing, and the others go on."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness.automator.client import NewApp, SimulatorClient
from harness.core.errors import ProtocolError
from harness.core.polling import poll
from tests.support.simulator import APPS, Simulator, simulating

HOSTILE = APPS / "hostile"
PATIENCE = 60.0
LOOPS = "pages/loops/loops.js"
ALIVE = {"functionDeclaration": "() => 'alive'"}

FULL = (
    r"it took (\d+ MB of memory, more|more than \d+ MB of memory, and got no more) than the 450 MB an app may"
)
ENDS = {
    "handler": rf"has run for \d+ s without a pause, in deep \({LOOPS}:9\)",
    "timer": rf"has run for \d+ s without a pause, in tick \({LOOPS}:15\)",
    # These two allocate as well: on a slow machine the memory is over first.
    "chain": rf"(has run for \d+ s without a pause|took .*\d+ MB of memory.*), in link \({LOOPS}:19\)",
    "draw": r"(has run for \d+ s without a pause|took .*\d+ MB of memory.*), in drawing pages/loops/loops.wxml",
    "wxs": r"has run for \d+ s without a pause, in spin \(pages/loops/loops.wxml:5\)",
    "grow": FULL,
    "growSlowly": rf"{FULL}(, in .*{LOOPS}:\d+.)?",
    "restart": r"restarted itself 10 times within 20 s",
}
"""What ends an app: its method, and the one finding it leaves."""

STAYS = {
    "overflow": ("Maximum call stack size exceeded", None),
    "modals": (None, None),
    "recurse": (None, None),
    "logs": (None, "more than 1000 console lines in a second"),
    "store": ("setStorageSync:fail exceed storage max size 10Mb", None),
}
"""What an app survives: the error of the call, and the finding."""

QUICK = {"overflow", "logs"}


def full(name: str) -> Any:
    return pytest.param(name, marks=pytest.mark.full)


def cases(names: Any) -> list[Any]:
    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.full) for name in names]


MARK = "what stands beside the app's folder"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app in a folder with something beside it, and a link to that."""
    folder = tmp_path_factory.mktemp("beside")
    shutil.copytree(HOSTILE, folder / "app")
    (folder / "secret.txt").write_text(MARK, encoding="utf-8")
    (folder / "secret.js").write_text(f"module.exports = '{MARK}'", encoding="utf-8")
    (folder / "app" / "linked.txt").symlink_to(folder / "secret.txt")
    return folder / "app"


@pytest.fixture(scope="module")
def simulator(beside: Path) -> Iterator[Simulator]:
    with simulating(beside) as running:
        yield running


@pytest.fixture(scope="module")
def control(simulator: Simulator) -> Iterator[SimulatorClient]:
    with SimulatorClient(simulator.ready["control"], deadline=PATIENCE) as client:
        yield client


@pytest.fixture(scope="module")
def bystander(control: SimulatorClient) -> Iterator[SimulatorClient]:
    """Another app in the same process, which must notice nothing."""
    with SimulatorClient(control.new_app({"openid": "oBystander"}).endpoint, deadline=PATIENCE) as client:
        yield client


@pytest.fixture
def app(control: SimulatorClient) -> Iterator[NewApp]:
    made = control.new_app({"openid": "oHostile"}, deadline=PATIENCE)
    yield made
    control.close_app(made.port)


def run(client: SimulatorClient, method: str, *args: object) -> Any:
    page = client.call("App.getCurrentPage")["pageId"]
    return client.call("Page.callMethod", {"pageId": page, "method": method, "args": list(args)}).get(
        "result"
    )


def own(control: SimulatorClient, app: NewApp) -> list[str]:
    """The findings about the app, without what is said of it anyway."""
    warnings = control.findings(port=app.port)["warnings"]
    return [said for said in warnings if "for-list" not in said and "could not be asked" not in said]


def words_at_the_end(client: SimulatorClient, method: str) -> str:
    """Call the method, and then on, until calls fail for good."""

    def call() -> str:
        try:
            client.call("App.callFunction", ALIVE)
        except ProtocolError as error:
            return str(error)
        return ""

    try:
        run(client, method)
    except ProtocolError as error:
        if "starts anew" not in str(error):
            return str(error)
    return poll(call, lambda said: said and "starts anew" not in said, within=PATIENCE, every=0.2).value


@pytest.mark.parametrize("method", cases(ENDS))
def test_what_cannot_go_on_is_ended_with_one_finding(
    method: str, app: NewApp, control: SimulatorClient, bystander: SimulatorClient
) -> None:
    with SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
        words = words_at_the_end(client, method)
        assert re.search(ENDS[method], words), words
        # Whoever asks later hears the same.
        with pytest.raises(ProtocolError, match=ENDS[method]):
            client.call("App.callFunction", ALIVE)
    [finding] = own(control, app)
    assert re.search(ENDS[method], finding)
    assert control.findings(port=app.port)["ended"] == finding
    assert bystander.call("App.callFunction", ALIVE, deadline=5) == {"result": "alive"}
    # The next client finds a fresh app.
    with SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
        assert client.call("App.callFunction", ALIVE) == {"result": "alive"}
    assert "ended" not in control.findings(port=app.port)


@contextlib.contextmanager
def most_taken(simulator: Simulator) -> Iterator[list[int]]:
    """The most that any process of the simulator takes meanwhile, in MB: the one entry once it is over."""
    most, over = [0], threading.Event()

    def look() -> None:
        while True:
            family = simulator.family
            for _ in range(20):
                for process in family:
                    with contextlib.suppress(psutil.Error):
                        most[0] = max(most[0], process.memory_info().rss // 1024**2)
                over.wait(0.004)
            if over.wait(0.1):
                return

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        over.set()
        looking.join()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a page is looked at now and then")
@pytest.mark.parametrize(
    "method", ["buffers", *(full(each) for each in ("grow", "growSlowly", "huge", "overflow", "logs"))]
)
def test_no_process_takes_more_than_500_mb(
    method: str, simulator: Simulator, app: NewApp, control: SimulatorClient, bystander: SimulatorClient
) -> None:
    with most_taken(simulator) as most, SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
        try:
            run(client, method)
            words = words_at_the_end(client, method) if method == "growSlowly" else ""
        except ProtocolError as error:
            words = str(error)
    if method in ("buffers", "huge", "grow", "growSlowly"):
        assert re.search(rf"{FULL}|Array buffer allocation failed", words), words
    assert 0 < most[0] < 500
    assert bystander.call("App.callFunction", ALIVE, deadline=5) == {"result": "alive"}


@pytest.mark.parametrize("method", cases(STAYS))
def test_what_can_be_borne_is_borne(
    method: str, app: NewApp, control: SimulatorClient, bystander: SimulatorClient
) -> None:
    error, finding = STAYS[method]
    with SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
        if error is None:
            run(client, method)
        else:
            with pytest.raises(ProtocolError, match=error):
                run(client, method)
        assert client.call("App.callFunction", ALIVE) == {"result": "alive"}
    found = own(control, app)
    assert len(found) == (0 if finding is None else 1), found
    assert finding is None or finding in found[0]
    assert bystander.call("App.callFunction", ALIVE, deadline=5) == {"result": "alive"}


def test_an_exception_thrown_again_and_again_is_one_finding(app: NewApp, control: SimulatorClient) -> None:
    with SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
        run(client, "throwing")
        seen = poll(
            lambda: control.findings(port=app.port), lambda said: said["thrown"] > 50, within=30
        ).value
        assert client.call("App.callFunction", ALIVE) == {"result": "alive"}
    [exception] = seen["exceptions"]
    assert exception["message"] == "again"
    assert f"{LOOPS}:" in exception["stack"]
    assert exception["times"] == seen["thrown"] > 50


@pytest.mark.full
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"boot": "1"}, r"has run for \d+ s without a pause, in onLaunch \(app.js:3\)"),
        ({"load": "1"}, rf"has run for \d+ s without a pause, in onLoad \({LOOPS}:4\)"),
    ],
)
def test_an_app_that_does_not_start_says_where(
    query: dict[str, str], words: str, control: SimulatorClient
) -> None:
    with pytest.raises(ProtocolError, match=words):
        control.new_app({"openid": "oNever"}, query=query, deadline=PATIENCE)
    assert all(each["openid"] != "oNever" for each in control.info()["apps"])


FRAME = """const w = Function('return this')()
  const frame = w.document.createElement('iframe')
  w.document.body.append(frame)"""
LONG = {
    "console": ("console.log('x'.repeat(6e7))", "None"),
    "a frame's console": (f"{FRAME}; frame.contentWindow.console.log('x'.repeat(6e7))", "None"),
    "a frame's bridge": (f"{FRAME}; frame.contentWindow.__simBridge('x'.repeat(6e7))", "is not a function"),
    "a worker": (
        """const w = Function('return this')()
  const code = "console.log('x'.repeat(6e7)); postMessage('told')"
  const worker = new w.Worker(w.URL.createObjectURL(new w.Blob([code])))
  return new Promise((done) => (worker.onmessage = ({ data }) => done(data)))""",
        "None",
    ),
    "a result": ("return 'x'.repeat(6e7)", "the result is too long"),
    "words": (
        "String.prototype.slice = () => 'x'.repeat(6e7); throw new Error('y')",
        "what it threw is too long",
    ),
    "words that throw": ("throw { toString() { throw new Error('x'.repeat(6e7)) } }", "what has no words"),
}


def test_what_an_app_says_at_once_costs_no_other_process(
    simulator: Simulator, control: SimulatorClient, app: NewApp
) -> None:
    def megabytes() -> dict[int, int]:
        """Of what is not a page: the host, Playwright's driver, the browser."""
        found = {}
        for each in [psutil.Process(simulator.process.pid), *simulator.family]:
            with contextlib.suppress(psutil.Error):  # a page that has just ended
                if "--type=renderer" not in each.cmdline():
                    found[each.pid] = each.memory_info().rss // 1024**2
        return found

    before = megabytes()
    for name, (code, words) in LONG.items():
        with SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
            try:
                client.call("App.callFunction", {"functionDeclaration": f"() => {{ {code} }}"})
                said = "None"
            except ProtocolError as error:
                said = str(error)
        assert words in said, name
        grown = {pid: now - before[pid] for pid, now in megabytes().items() if pid in before}
        assert max(grown.values()) < 60, (name, grown)


WALLS = {
    "shell": "threw SecurityError",
    "top": "threw SecurityError",
    "opener": "null",
    "above": 404,
    "encoded": 404,
    "dots": 404,
    "absolute": "threw TypeError",
    "link": 404,
    "file": "failed",
    "require": "threw Error",
    "bridge": "",
    "inner": "nothing",
    "kept": "threw SecurityError",
    "replace": "call",
    "boot": "threw Error",
}


def test_no_way_leads_out(control: SimulatorClient) -> None:
    for person in ("oOne", "oTwo"):
        app = control.new_app({"openid": person}, launch_path="pages/ways/ways")
        with SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
            ended = run(client, "tryAll")
            assert {name: ended[name] for name in WALLS} == WALLS
            ways = {name: how for name, how in ended.items() if name not in WALLS}
            assert len(ways) > 20
            assert [name for name, how in ways.items() if how == "loaded"] == []
            assert ways["request"] == "request:fail url not in domain list"
            run(client, "reload")
            assert client.call("App.callFunction", ALIVE) == {"result": "alive"}
            findings = control.findings(port=app.port)
            assert findings["exceptions"] == []
            # In the order in which the ways happened to be tried.
            reached = sorted(said for said in findings["warnings"] if "198.51.100.7" in said)
            assert len(reached) == 3, reached
            assert "http://198.51.100.7 is in no domain list of this app" in reached[0]
            assert reached[1].startswith("nothing was loaded from https://198.51.100.7: map it")
            assert re.search(
                r"tried to reach https://198.51.100.7 without wx.request \(\d+ times\)", reached[2]
            )
            assert any(
                re.fullmatch(
                    r"refused: pages/ways/ways.js:\d+: 'linked.txt' is not the mini-program's: .*", said
                )
                for said in findings["warnings"]
            )
            assert any("tried to lead its own page to" in said for said in findings["warnings"])
            run(client, "blank")
            with pytest.raises(ProtocolError, match="its code led its own page away, to about:blank"):
                poll(lambda: client.call("App.callFunction", ALIVE), lambda _: False, within=10)
        control.close_app(app.port)


def _why_not() -> str:
    """Why a network namespace cannot be had here; empty when it can."""
    if sys.platform != "linux" or shutil.which("unshare") is None or shutil.which("ip") is None:
        return "network namespaces are Linux's, with unshare and ip"
    tried = subprocess.run(
        [
            "unshare",
            "--map-root-user",
            "--net",
            "ip",
            "link",
            "add",
            "trap",
            "type",
            "veth",
            "peer",
            "name",
            "pit",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"no network namespace with a trap here: {tried.stderr.strip()}" if tried.returncode else ""


def test_nothing_leaves_the_machine() -> None:
    if why := _why_not():
        pytest.skip(why)
    done = subprocess.run(
        [
            "unshare",
            "--map-root-user",
            "--net",
            sys.executable,
            "-m",
            "tests.support.no_network",
            str(HOSTILE),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["tried"] == ["UDP to 198.51.100.7:3478"], "the trap would not have seen anything leave"
    assert said["left"] == []
    assert [name for name, how in said["ended"].items() if how == "loaded"] == []
    assert said["drawn"] > 1000
