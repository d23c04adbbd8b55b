"""The steps of ``[[data]]``: each way does what it says, and each failure names the step and what was seen."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.core.errors import BrokenError, UsageError
from harness.runs.data import prepare, steps
from harness.runs.plan import SERVICES
from tests.support.project import GOOD

DATABASE = '\n[databases.erp]\nurl = "sqlite:///{data:site}/erp.db"\n\n[databases.files]\nfolder = "csv"\n'


class Shop(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, str, bytes]]

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        self.asked.append((self.command, self.path, self.headers["x-key"] or "", body))
        self.send_response(204 if self.path != "/refuses" else 409)
        self.send_header("content-length", "0")
        self.end_headers()

    do_POST = do_PUT = do_DELETE = _take

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[tuple[str, list[tuple[str, str, str, bytes]]]]:
    handler = type("Handler", (Shop,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler.asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def run_folder(project: Path, shop: tuple[str, object]) -> Path:
    folder = project.parent / "reports" / "runs" / "one"
    (folder / "data" / "site").mkdir(parents=True)
    (folder / SERVICES).write_text(
        json.dumps({"site": shop[0], "phone": "http://127.0.0.1:9"}), encoding="utf-8"
    )
    return folder


def done(project: Path, folder: Path, text: str, when: str = "run") -> None:
    project.write_text(GOOD + DATABASE + text, encoding="utf-8")
    prepare(load(project), folder, when)  # type: ignore[arg-type]


def refusal(project: Path, folder: Path, text: str) -> str:
    with pytest.raises(BrokenError) as caught:
        done(project, folder, text)
    return str(caught.value)


def test_requests_in_their_order(project: Path, run_folder: Path, shop: tuple[str, list[object]]) -> None:
    text = """
[[data]]
request = {service = "site", path = "/reset", headers = {X-Key = "k"}}
[[data]]
when = "scenario"
request = {service = "site", path = "/not-now"}
[[data]]
request = {service = "site", method = "PUT", path = "/goods", body = {name = "茶"}}
"""
    done(project, run_folder, text)
    assert shop[1] == [("POST", "/reset", "k", b""), ("PUT", "/goods", "", '{"name":"茶"}'.encode())]
    done(project, run_folder, text, "scenario")
    assert shop[1][2:] == [("POST", "/not-now", "", b"")]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            'request = {service = "site", path = "/refuses"}',
            "step 1 of [[data]] (POST site /refuses) failed: 409",
        ),
        (
            'request = {service = "phone", path = "/x"}',
            "step 1 of [[data]] (POST phone /x) failed: ConnectError",
        ),
        (
            'command = ["{python}", "-c", "import sys; sys.exit(\'no goods\')"]',
            "(-c) failed: exit code 1: no goods",
        ),
        (
            'command = ["{python}", "-c", "import time; time.sleep(9)"]\nwithin = 0.3',
            "it did not end within 0.3 s",
        ),
        ('command = ["no-such-program"]', "(no-such-program) failed: no-such-program: No such file"),
        (
            'sql = "delete from goods"\ndatabase = "erp"',
            "(sql, erp) failed: [databases.erp]: there is no file",
        ),
        ('hook = "seeding:raises"', "(seeding:raises) failed: ValueError: no goods"),
        ('hook = "seeding:absent"', "no function 'absent' in it"),
    ],
)
def test_what_fails_is_named(project: Path, run_folder: Path, step: str, told: str) -> None:
    (project.parent / "seeding.py").write_text(
        "def raises():\n    raise ValueError('no goods')\n", encoding="utf-8"
    )
    assert told in refusal(project, run_folder, f"\n[[data]]\n{step}\n")


def test_a_command_knows_addresses_and_folders(
    project: Path, run_folder: Path, shop: tuple[str, list[object]]
) -> None:
    (project.parent / "seed.py").write_text(
        "import sys, pathlib, urllib.request\n"
        "urllib.request.urlopen(urllib.request.Request(sys.argv[1] + '/seed', method='POST'))\n"
        "pathlib.Path(sys.argv[2], 'seeded').touch()\n",
        encoding="utf-8",
    )
    step = '[[data]]\ncommand = ["{python}", "seed.py", "{address:site}", "{data:site}"]\n'
    done(project, run_folder, step)
    assert [asked[1] for asked in shop[1]] == ["/seed"]  # type: ignore[index]
    assert (run_folder / "data" / "site" / "seeded").exists()


def test_statements_are_done_together_or_not_at_all(project: Path, run_folder: Path) -> None:
    file = run_folder / "data" / "site" / "erp.db"

    def goods() -> list[str]:
        with sqlite3.connect(file) as database:
            return [name for (name,) in database.execute("select name from goods order by name")]

    with sqlite3.connect(file) as database:
        database.execute("create table goods (name text)")
        database.execute("insert into goods values ('old')")
    step = '[[data]]\ndatabase = "erp"\nsql = ["delete from goods", "insert into {table} values (\'new\')"]\n'
    assert "no such table: good" in refusal(project, run_folder, step.replace("{table}", "good"))
    assert goods() == ["old"]
    done(project, run_folder, step.replace("{table}", "goods"))
    assert goods() == ["new"]


def test_hooks_are_the_projects_own(project: Path, run_folder: Path) -> None:
    (project.parent / "own_seeding.py").write_text(
        "from pathlib import Path\n\ndef seed():\n    Path(__file__).with_name('seeded').touch()\n",
        encoding="utf-8",
    )
    done(project, run_folder, '\n[[data]]\nhook = "own_seeding:seed"\n')
    assert (project.parent / "seeded").exists()


def test_other_environments_are_left_out(project: Path) -> None:
    text = '\n[[data]]\nhook = "a:b"\n[[data]]\nhook = "c:d"\nenvironments = ["shared"]\n'
    project.write_text(GOOD + text, encoding="utf-8")
    assert [step.hook for _, step in steps(load(project), "run")] == ["a:b"]
    project.write_text(GOOD.replace('"disposable"', '"shared"') + text, encoding="utf-8")
    assert [(number, step.hook) for number, step in steps(load(project), "run")] == [(2, "c:d")]


@pytest.mark.parametrize(
    ("step", "line", "told"),
    [
        ("", 0, "a step of [[data]] has exactly one of request, command, sql, hook"),
        ('hook = "a:b"\ncommand = ["x"]', 0, "exactly one of"),
        ('sql = "x"', 0, "sql needs database"),
        ('sql = "x"\ndatabase = "erq"', 2, "no database with a url is called 'erq'; did you mean 'erp'?"),
        ('sql = "x"\ndatabase = "files"', 2, "no database with a url is called 'files'"),
        (
            'request = {service = "sitte", path = "/"}',
            1,
            "no service is called 'sitte'; did you mean 'site'?",
        ),
        ('hook = "a:b"\nenvironments = ["production"]', 0, "production is only read from"),
        ('hook = "a:b"\nwen = "run"', 2, "unknown key 'data.0.wen'; did you mean 'when'?"),
    ],
)
def test_what_is_wrong_with_a_step(project: Path, step: str, line: int, told: str) -> None:
    project.write_text(f"{GOOD}{DATABASE}[[data]]\n{step}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(project)
    assert told in str(caught.value)
    table = (GOOD + DATABASE).count("\n") + 1
    assert f"harness.toml:{table + line}:" in str(caught.value)
