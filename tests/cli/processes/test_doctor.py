"""``harness doctor``: every line says what is well, or what to do; its exit code says whose turn it is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.runs.doctor.diagnosis import Diagnosis, exit_code, same

ROOT = Path(__file__).resolve().parents[3]


class Site(BaseHTTPRequestHandler):
    """Answers its health, and lets in whoever is called anna."""

    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(f"GET {self.path}")
        self.answer(200, b"{}")

    def do_POST(self) -> None:
        self.seen.append(f"POST {self.path}")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/wrapped":
            token = b'{"code": 0, "data": {"token": "t-12345"}}'
            self.answer(200, token if b"anna" in body else '{"code": 40100, "msg": "没有此人"}'.encode())
            return
        self.answer(201, b'{"token": "t-12345"}') if b"anna" in body else self.answer(422, b'{"why": "who?"}')

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[tuple[str, type[Site]]]:
    handler = type("ThisSite", (Site,), {"seen": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()
    serving.join()


def doctor(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "harness", "doctor", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


CONTRACT = """
openapi: 3.0.3
info: {title: Site, version: 1.2.0}
paths:
  /in:
    post: {operationId: logIn, responses: {"201": {description: in}}}
"""
OF_MEMBERS_AND_STAFF = """\
openapi: 3.1.0
info: {title: Shop, version: 1.2.0}
paths:
  /orders: {get: {operationId: orders, security: [{member: []}], responses: {'200': {description: ok}}}}
  /refunds: {get: {operationId: refunds, security: [{staff: []}], responses: {'200': {description: ok}}}}
components:
  securitySchemes:
    member: {type: http, scheme: bearer}
    staff: {type: http, scheme: bearer}
"""
APP = {
    "app.json": '{"pages": ["pages/home/home"]}',
    "app.js": "App({})",
    "pages/home/home.wxml": "<view/>",
    "pages/home/home.js": "Page({})",
    "project.config.json": "{}",
}


def attach(project: Path, url: str, *, more: str = "", environment: str = "disposable") -> Path:
    """Make it a whole project, its site attached to at ``url``."""
    text = project.read_text(encoding="utf-8").replace('"disposable"', f'"{environment}"')
    text = text.replace('command = ["{python}", "-m", "site"]', f'url = "{url}"')
    text = text.replace('[services.site.environment]\nPEER = "{url:phone}"\n', "")
    text += f'\n[reporting]\npackages = "{(ROOT / "reports").as_posix()}"\n{more}'
    project.write_text(text, encoding="utf-8")
    (project.parent / "contracts" / "shared.yaml").write_text(CONTRACT, encoding="utf-8")
    for name, content in APP.items():
        file = project.parent / "app" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return project.parent


def user(name: str) -> str:
    return (
        f"[services.site.users.{name}]\n"
        f'login = {{path = "/in", body = {{name = "{name}"}}, token = "/token"}}\n'
    )


def test_where_all_is_well_every_line_says_so(project: Path, site: tuple[str, type[Site]]) -> None:
    code, said = doctor(attach(project, site[0], more=user("anna")), "--language", "en")
    for line in (
        "ok  settings harness.toml: shop, disposable",
        "ok  browser Chromium: ",
        "ok  Allure reports: allure ",
        "ok  contract shared.yaml: version 1.2.0, 1 operations",
        "ok  mini-program project: 1 pages",
        f"ok  service site: {site[0]}",
        "ok  user anna of site: logs in",
    ):
        assert line in said
    assert "problem" not in said
    assert code == 0


def test_who_acts_is_told_and_what_nobody_may_use(project: Path, site: tuple[str, type[Site]]) -> None:
    folder = attach(project, site[0], more=user("anna") + 'scheme = "member"\n')
    shared = folder / "contracts" / "shared.yaml"
    shared.write_text(OF_MEMBERS_AND_STAFF, encoding="utf-8")
    code, said = doctor(folder, "--language", "en")
    assert "ok  who acts on site: anna acts in 1 operations" in said
    assert "warning  who acts on site: 1 operations have nobody who may use them" in said
    assert "GET /refunds asks for staff, which no user of site has: write [services.site.users.NAME]" in said
    assert code == 0


def test_each_problem_hides_no_other_and_says_what_to_do(project: Path, site: tuple[str, type[Site]]) -> None:
    folder = attach(project, site[0], more=user("anna") + user("bo"))
    (folder / "app" / "app.json").write_text("{", encoding="utf-8")
    code, said = doctor(folder)
    assert "有问题  小程序工程: " in said
    assert "有问题  用户 bo（site）: 无法登录：POST /in 返回 422" in said
    assert "正常  用户 anna（site）: 能登录" in said
    assert code == 2  # app.json is the user's to mend


def test_a_log_in_whose_answer_is_in_an_envelope(project: Path, site: tuple[str, type[Site]]) -> None:
    """As in contract tests: opened; a refusal is told by its code and message, with what to do about it."""
    users = (user("anna") + user("bo")).replace('"/in"', '"/wrapped"')
    envelope = "[services.site.envelope]\nerrors = {40100 = 401}\n"
    code, said = doctor(attach(project, site[0], more=envelope + users))
    assert "正常  用户 anna（site）: 能登录" in said
    assert "有问题  用户 bo（site）: 无法登录：POST /wrapped 返回 HTTP 200, code 40100 (没有此人)" in said
    assert "→ 后端拒绝了这个用户：检查 services.site.users.bo.login.body 中的账号和密码" in said
    assert code == 3


def test_a_service_that_does_not_answer_is_the_environments_fault(project: Path) -> None:
    code, said = doctor(attach(project, "http://127.0.0.1:9", more=user("anna")), "--language", "en")
    assert "problem  service site: http://127.0.0.1:9/health: " in said
    assert "→ see that it runs, that the address is right" in said
    assert "user anna" not in said  # not tried: nobody is there to ask
    assert code == 3


def test_settings_that_cannot_be_read_leave_the_machine_to_look_at(project: Path) -> None:
    project.write_text(project.read_text(encoding="utf-8").replace("[website]", "[websit]"), encoding="utf-8")
    code, said = doctor(project.parent)
    assert "有问题  设置 harness.toml: " in said
    assert "未知的键 'websit'" in said
    assert "浏览器 Chromium" in said
    assert code == 2


def test_on_shared_a_log_in_that_is_not_allowed_is_not_tried(
    project: Path, site: tuple[str, type[Site]]
) -> None:
    folder = attach(project, site[0], more=user("anna"), environment="shared")
    code, said = doctor(folder, "--language", "en")
    assert "problem  environment rules: " in said
    assert 'add "POST /in" to [environment_rules] allow' in said
    assert site[1].seen == ["GET /health"]
    assert code == 2


def test_production_is_not_asked_unless_said_twice(project: Path, site: tuple[str, type[Site]]) -> None:
    folder = attach(project, site[0], environment="production")
    code, said = doctor(folder, "--language", "en")
    assert "real people use it" in said
    assert (code, site[1].seen) == (2, [])
    code, said = doctor(folder, "--language", "en", "--yes-production", "shop")
    assert f"ok  service site: {site[0]}" in said
    assert (code, site[1].seen) == (0, ["GET /health"])


def test_what_the_exit_code_says() -> None:
    def one(state: Any, *, usage: bool = False) -> Diagnosis:
        return Diagnosis(same("x"), state, same("y"), usage=usage)

    assert exit_code([one("ok"), one("warning")]) == 0
    assert exit_code([one("problem"), one("ok")]) == 3
    assert exit_code([one("problem"), one("problem", usage=True)]) == 2
