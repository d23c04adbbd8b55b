"""The code and the markup of a hostile mini-program get nothing that is not theirs, and whoever goes on is unharmed."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness.automator.client import SimulatorClient
from harness.core.errors import BrokenError, ProtocolError, UsageError
from tests.simulator.escapes.plot import CANARY, SIZE, Plot, deadline, names, params, planted, png
from tests.support.miniprograms import Workshop
from tests.support.simulator import Simulator, simulating

pytestmark = pytest.mark.full

WAYS, PAGES = planted("ways"), planted("pages")
APP = (Path(__file__).parents[1] / "ways.js").read_text(encoding="utf-8")
LOOK = (Path(__file__).parents[1] / "look.js").read_text(encoding="utf-8")
API = "https://api.shop.example"
PATIENCE = 60.0
ALIVE = {"functionDeclaration": "() => 'alive'"}
NOTHING = ("", "[]", "null", "false", '""', "0", "undefined")


class Server(BaseHTTPRequestHandler):
    """The mapped one redirects; the other may not be asked."""

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_redirect = self.path.startswith("/to?")
        with contextlib.suppress(OSError):
            self.send_response(302 if is_redirect else 200)
            if is_redirect:
                self.send_header("Location", self.path.removeprefix("/to?"))
            self.send_header("Content-Type", "text/plain")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def serving() -> Iterator[Any]:
    httpd: Any = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    httpd.asked = []
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield httpd
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def slip() -> str:
    """A zip whose entries lead out of the folder it is unpacked to."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("../hit", "../../hit", "../../../hit", "/hit", "..\\hit"):
            archive.writestr(name, "hit")
    return base64.b64encode(packed.getvalue()).decode()


class Session:
    """A simulator with the app of all ways, and what they are given."""

    def __init__(self, plot: Plot, simulator: Simulator, control: SimulatorClient, other: Any) -> None:
        self.plot, self.simulator, self.control, self.other = plot, simulator, control, other
        self.shared = control.new_app({"openid": "oShared"})
        endpoint = control.new_app({"openid": "oBystander"}).endpoint
        self.bystander = SimulatorClient(endpoint, deadline=PATIENCE)

    def go(self, name: str, client: SimulatorClient, port: int) -> str:
        given = {
            "outside": str(self.plot.outside),
            "other": f"127.0.0.1:{self.other.server_port}",
            "own": [port, int(self.simulator.ready["control"].rsplit(":", 1)[1])],
            "slip": slip(),
        }
        call = {"functionDeclaration": "(name, given) => getApp().way(name, given)", "args": [name, given]}
        try:
            return str(client.call("App.callFunction", call).get("result"))
        except ProtocolError as error:
            return f"threw {error}"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    ways = "\n".join(
        f"{json.dumps(each['name'])}: async (t) => {{ {each['script']} }},"
        for each in (*WAYS["escapes"], *WAYS["kept"])
    )
    files = {f"shop/{name}": text for name, text in WAYS["app"].items()}
    files["shop/app.js"] = APP.replace("/* WAYS */", ways)
    plot = Plot(tmp_path_factory.mktemp("ways"), {"files": files})
    (plot.shop / "own.png").write_bytes(png(*SIZE))
    with pytest.MonkeyPatch.context() as patch, serving() as mapped, serving() as other:
        patch.setenv("SHOP_SECRET", CANARY)
        arguments = ["--map", f"{API}=http://127.0.0.1:{mapped.server_port}", "--memory", "500"]
        with (
            simulating(plot.shop, *arguments) as simulator,
            SimulatorClient(simulator.ready["control"], deadline=PATIENCE) as control,
        ):
            opened = Session(plot, simulator, control, other)
            with opened.bystander:
                yield opened


def test_names_are_of_one_entry_each() -> None:
    assert names(WAYS) >= set(WAYS["left"])
    assert names(PAGES) >= set(PAGES["left"])


@pytest.mark.parametrize("entry", params(WAYS, "escapes"))
def test_no_code_gets_out(entry: dict[str, Any], session: Session) -> None:
    session.other.asked.clear()
    is_alone = entry.get("alone", False)
    app = session.control.new_app({"openid": "oAlone"}) if is_alone else session.shared
    with SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
        got = session.go(entry["name"], client, app.port)
        assert session.other.asked == []
        assert got in NOTHING or got.startswith("threw "), got
        assert CANARY not in got
        assert not list(session.plot.folder.rglob("hit"))
        assert (session.plot.outside / "canary.txt").read_text(encoding="utf-8") == CANARY
        assert (session.plot.shop / "project.private.config.json").exists()
        if entry.get("answers", True):
            assert client.call("App.callFunction", ALIVE) == {"result": "alive"}
    assert session.bystander.call("App.callFunction", ALIVE, deadline=10) == {"result": "alive"}
    findings = session.control.findings(port=app.port)
    assert [each for each in findings["exceptions"] if "forged" in each["message"]] == []
    if is_alone:
        session.control.close_app(app.port)


@pytest.mark.parametrize("entry", params(WAYS, "kept"))
def test_what_is_its_own_it_gets(entry: dict[str, Any], session: Session) -> None:
    with SimulatorClient(session.shared.endpoint, deadline=PATIENCE) as client:
        got = session.go(entry["name"], client, session.shared.port)
    assert entry["got"] in got


def test_what_it_tries_to_reach_is_found(session: Session) -> None:
    names = ["fetch of loopback", "wx.connectSocket to loopback", "wx.request to the protocol"]
    with SimulatorClient(session.shared.endpoint, deadline=PATIENCE) as client:
        for name in names:
            session.go(name, client, session.shared.port)
    said = "\n".join(session.control.findings(port=session.shared.port)["warnings"])
    for host in (
        f"http://127.0.0.1:{session.other.server_port}",
        f"ws://127.0.0.1:{session.other.server_port}",
    ):
        assert host in said
    assert f"http://127.0.0.1:{session.shared.port} " in said


def test_no_process_of_the_browser_has_the_environment_of_who_started_it(session: Session) -> None:
    found = {}
    for process in session.simulator.family:
        with contextlib.suppress(psutil.Error):
            found[process.pid] = process.environ()
    assert found
    assert [pid for pid, environment in found.items() if CANARY in environment.values()] == []


@pytest.fixture(scope="module")
def other() -> Iterator[Any]:
    with serving() as httpd:
        yield httpd


def looked(workshop: Workshop, folder: Path) -> tuple[str, Any, str]:
    """How it ended, what the first page shows, and what is found or said."""
    try:
        with workshop.open(folder) as app:
            seen = json.loads(app.evaluate(LOOK))
            return "shown", seen, json.dumps(app.findings(), ensure_ascii=False)
    except UsageError as error:
        return "refused", None, str(error)
    except (BrokenError, ProtocolError) as error:
        return "ended", None, str(error)


@pytest.mark.parametrize("entry", params(PAGES, "escapes"))
def test_no_page_gets_out(entry: dict[str, Any], workshop: Workshop, tmp_path: Path, other: Any) -> None:
    other.asked.clear()
    plot = Plot(tmp_path, entry, {"{other}": f"127.0.0.1:{other.server_port}"})
    with deadline(60):
        end, seen, words = looked(workshop, plot.shop)
    assert other.asked == []
    assert CANARY not in words
    has_place = entry.get("place", "") in words
    if end == "shown":
        assert CANARY not in seen["text"]
        assert f"{SIZE[0]}x{SIZE[1]}" not in seen["pictures"]
        assert (seen["hit"], seen["polluted"]) == ("", "")
        end = "told" if has_place and "shown" not in entry["expected"] else end
    assert end in entry["expected"], words
    assert end == "shown" or has_place, words
