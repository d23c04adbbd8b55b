"""``harness doctor --wechat-devtools``: can real WeChat DevTools be driven here, and if not, what is to be done?

Owns where the tool keeps things on Windows and macOS, and its usual faults. Looks only: it asks the tool whether
somebody is signed in and, where the automation port is open, what version it is.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.automator.endpoint_checks.wire import Wire
from harness.core.errors import HarnessError
from harness.core.text import Text
from harness.runs.doctor.diagnosis import Diagnosis, same

TOOLS = {
    "darwin": "/Applications/wechatwebdevtools.app/Contents/MacOS/cli",
    "win32": "C:/Program Files (x86)/Tencent/微信web开发者工具/cli.bat",
}
PROFILES = {
    "darwin": "Library/Application Support/微信开发者工具",
    "win32": "AppData/Local/微信开发者工具/User Data",
}
LEAST_SDK = (2, 7, 3)  # of minium
WITHIN = 30.0  # seconds the tool may take to say whether somebody is signed in


@dataclass(frozen=True, slots=True)
class Machine:
    """Where to look; another one in tests."""

    system: str = sys.platform
    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


def examine(
    project: Path, port: int, *, tool: Path | None = None, machine: Machine | None = None
) -> Iterator[Diagnosis]:
    """Every check, in the order in which its answer is needed."""
    machine = machine or Machine()
    yield _system(machine)
    cli = tool or Path(TOOLS.get(machine.system, "cli"))
    found = _tool(cli)
    yield found
    yield _service_port(machine)
    if found.state == "ok":
        yield _signed_in(cli)
    yield from _project(project)
    yield _proxy(machine)
    yield _automation(port, project)


def _system(machine: Machine) -> Diagnosis:
    what = Text(zh="操作系统", en="operating system")
    if machine.system in TOOLS:
        return Diagnosis(what, "ok", same(machine.system))
    todo = Text(
        zh="微信开发者工具只有 Windows 和 macOS 版：在这样的机器上运行，或用模拟器（driver = 'simulator'）",
        en="WeChat DevTools exist for Windows and macOS only: run there, or use the simulator (driver = 'simulator')",
    )
    return Diagnosis(what, "problem", same(machine.system), todo)


def _tool(cli: Path) -> Diagnosis:
    what = Text(zh="开发者工具的命令行", en="the tool's command line")
    if not cli.name.endswith(("cli", "cli.bat")):
        todo = Text(
            zh="minium 只接受名为 cli 或 cli.bat 的文件", en="minium takes a file named cli or cli.bat only"
        )
        return Diagnosis(what, "problem", same(str(cli)), todo, usage=True)
    if not cli.is_file():
        todo = Text(
            zh="安装稳定版微信开发者工具，或用 --devtools-cli 指出 cli 的位置",
            en="install the stable WeChat DevTools, or say where its cli is with --devtools-cli",
        )
        return Diagnosis(what, "problem", Text(zh=f"没有 {cli}", en=f"{cli} is not there"), todo)
    if " " in str(cli) and cli.suffix != ".bat":
        todo = Text(
            zh="minium 不给路径加引号：请装在没有空格的路径，或建一个链接",
            en="minium does not quote the path: install where no space is in it, or link to it",
        )
        return Diagnosis(what, "warning", same(str(cli)), todo)
    return Diagnosis(what, "ok", same(str(cli)))


def _service_port(machine: Machine) -> Diagnosis:
    """The tool writes ``.ide-status`` (On or Off) and ``.ide`` (the port) into its profiles."""
    what = Text(zh="服务端口", en="service port")
    todo = Text(
        zh="在开发者工具的“设置 → 安全设置”打开“服务端口”，然后重启工具",
        en="switch on Settings → Security → Service Port in DevTools, then start the tool again",
    )
    profiles = machine.home / PROFILES.get(machine.system, PROFILES["darwin"])
    states = [*profiles.glob("Default/.ide-status"), *profiles.glob("*/Default/.ide-status")]
    if not states:
        seen = Text(zh="没有启动过开发者工具", en="DevTools have never been started here")
        return Diagnosis(what, "problem", seen, todo)
    newest = max(states, key=lambda file: file.stat().st_mtime)
    if _read(newest).strip().lower() != "on":
        return Diagnosis(what, "problem", Text(zh="关闭", en="off"), todo)
    number = _read(newest.with_name(".ide")).strip()
    if not number.isdigit() or not _listens(int(number)):
        seen = Text(
            zh=f"已打开，但端口 {number} 没有应答", en=f"on, but nobody listens at port {number or 'none'}"
        )
        return Diagnosis(what, "warning", seen, Text(zh="启动开发者工具", en="start DevTools"))
    return Diagnosis(what, "ok", same(number))


def _signed_in(cli: Path) -> Diagnosis:
    what = Text(zh="登录", en="signed in")
    todo = Text(
        zh=f"运行 {cli} login，用微信扫码；登录几天后会失效",
        en=f"run {cli} login and scan the code with WeChat; a log-in ends after some days",
    )
    try:
        done = subprocess.run(
            [str(cli), "islogin"], capture_output=True, timeout=WITHIN, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Diagnosis(what, "problem", same(f"cli islogin: {error}"), todo)
    said = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    if re.search(r'"?login"?\s*:\s*true', said):
        return Diagnosis(what, "ok", Text(zh="已登录", en="yes"))
    last = next(iter(said.strip().splitlines()[-1:]), f"exit code {done.returncode}")
    return Diagnosis(what, "problem", same(last), todo)


def _project(project: Path) -> Iterator[Diagnosis]:
    what = Text(zh="project.config.json", en="project.config.json")
    file = project / "project.config.json"
    try:
        settings: Any = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(settings, dict):
            raise ValueError("not an object")
    except FileNotFoundError:
        todo = Text(
            zh="用开发者工具打开一次这个文件夹，它会建立该文件",
            en="open the folder in DevTools once: it writes the file",
        )
        yield Diagnosis(what, "problem", same(str(file)), todo, usage=True)
        return
    except (OSError, ValueError) as error:
        yield Diagnosis(what, "problem", same(f"{file}: {error}"), usage=True)
        return
    root = project / str(settings.get("miniprogramRoot") or "")
    if not (root / "app.json").is_file():
        todo = Text(zh="改正 miniprogramRoot", en="put miniprogramRoot right")
        yield Diagnosis(what, "problem", same(f"{root / 'app.json'} ✗"), todo, usage=True)
    elif not settings.get("appid"):
        todo = Text(
            zh="填写你的 AppID；没有时填 touristappid（游客），但不能登录",
            en="give your AppID, or touristappid: a guest cannot log in",
        )
        yield Diagnosis(what, "problem", same("appid ✗"), todo, usage=True)
    else:
        yield Diagnosis(what, "ok", same(str(settings["appid"])))
    yield _library(str(settings.get("libVersion") or ""))


def _library(version: str) -> Diagnosis:
    what = Text(zh="基础库版本 libVersion", en="library version libVersion")
    least = ".".join(map(str, LEAST_SDK))
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        todo = Text(
            zh=f"写成一个版本号，如 3.5.0：minium 不接受 {version or '空值'}，缺省时会改写该文件",
            en=f"write a version such as 3.5.0: minium refuses {version!r}, and rewrites the file where there is none",
        )
        return Diagnosis(what, "problem", same(version or "—"), todo, usage=True)
    if tuple(map(int, version.split("."))) < LEAST_SDK:
        todo = Text(zh=f"选 {least} 以上", en=f"choose {least} or newer")
        return Diagnosis(what, "problem", same(version), todo, usage=True)
    return Diagnosis(what, "ok", same(version))


def _proxy(machine: Machine) -> Diagnosis:
    """websocket-client, which minium uses, takes ``http_proxy`` unless localhost is exempt."""
    what = Text(zh="代理环境变量", en="proxy of the environment")
    names = {name.lower(): value for name, value in machine.environment.items()}
    exempt = names.get("no_proxy")
    if names.get("http_proxy") and exempt is not None and "localhost" not in exempt:
        todo = Text(zh="在 no_proxy 中加入 localhost,127.0.0.1", en="add localhost,127.0.0.1 to no_proxy")
        return Diagnosis(what, "problem", same(f"no_proxy={exempt}"), todo)
    return Diagnosis(what, "ok", Text(zh="不影响本机连接", en="does not stand in the way"))


def _automation(port: int, project: Path) -> Diagnosis:
    what = Text(zh="自动化端口", en="automation port")
    todo = Text(
        zh=f"运行 cli auto --project {project} --auto-port {port}，看到“自动化端口已开启”",
        en=f"run cli auto --project {project} --auto-port {port}, until the tool says the port is open",
    )
    if not _listens(port):
        return Diagnosis(what, "warning", same(f"127.0.0.1:{port} ✗"), todo)
    try:
        with Wire(f"ws://127.0.0.1:{port}") as wire:
            info = wire.call("Tool.getInfo", within=5)
    except HarnessError as error:
        another = Text(
            zh="端口被其他程序占用，或工具卡住：换一个端口，或退出工具后再试",
            en="another program has the port, or the tool hangs: take another port, or quit the tool and try again",
        )
        return Diagnosis(what, "problem", error.text, another)
    seen = f"127.0.0.1:{port}: {info.get('version', '?')}, SDK {info.get('SDKVersion', '?')}"
    if not info.get("SDKVersion"):
        older = Text(
            zh="工具没有说出基础库版本，minium 会拒绝：换一个稳定版",
            en="the tool does not name its library version and minium will refuse it: take another stable version",
        )
        return Diagnosis(what, "problem", same(seen), older)
    return Diagnosis(what, "ok", same(seen))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
