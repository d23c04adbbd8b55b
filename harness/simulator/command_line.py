"""One simulator process: its arguments, its one line of output, its end.

Standard output carries the line that says it is ready and nothing else; the rest goes to standard error. Who asked for
JSON reads why a mini-program is refused there, too, in both languages.
Exit codes are those of :mod:`harness.core.errors`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.core.errors import EXIT_BROKEN, EXIT_PASSED, EXIT_USAGE, BrokenError, UsageError
from harness.core.validation import first_invalid
from harness.simulator.build import ensure_bundle
from harness.simulator.device.device_state_file import read_device_state_file
from harness.simulator.host.host import SimulatorHost
from harness.simulator.settings import SimulatorSettings
from harness.simulator.source.project import load_project


def parse_arguments(arguments: Sequence[str]) -> tuple[SimulatorSettings, argparse.Namespace]:
    """Read the command line; UsageError names the argument and what is wrong with it."""
    parser = argparse.ArgumentParser(
        prog="python -m harness.simulator",
        description="Run a WeChat mini-program without WeChat DevTools and answer its automation protocol.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--project", required=True, type=Path, help="the mini-program's folder")
    add("--port", type=int, default=9420, help="port of the first app; 0: any free one (default: 9420)")
    add("--control-port", type=int, default=0, help="port for Simulator.*; 0: any free one (default)")
    add(
        "--map",
        action="append",
        default=[],
        metavar="A=B",
        help="requests to origin A go to B, an origin or below a path",
    )
    add("--allow-any-host", action="store_true", help="let the app reach origins that are not mapped")
    add(
        "--domain",
        action="append",
        default=[],
        metavar="KIND=ORIGIN",
        help="a legal server domain: request, uploadFile, downloadFile or socket (default: what is mapped)",
    )
    add(
        "--domain-check",
        action=argparse.BooleanOptionalAction,
        help="check server domains (校验合法域名; default: as urlCheck of project.config.json says)",
    )
    add("--wechat", metavar="URL", help="stand-in for the WeChat platform that issues codes")
    add(
        "--person",
        metavar="JSON",
        help="who opens the first app: openid, unionid, phone, nickName, avatarUrl",
    )
    add(
        "--device-state",
        type=Path,
        metavar="FILE",
        help="people and device state as a TOML or JSON file says",
    )
    add(
        "--source-maps",
        type=Path,
        metavar="FOLDER",
        help="the folder of the source maps, where the build writes them into one of their own",
    )
    add("--no-app", action="store_true", help="open no app; wait for Simulator.newApp")
    add("--browser", type=Path, metavar="PATH", help="the Chromium to use")
    add(
        "--memory",
        type=int,
        default=450,
        metavar="MB",
        help="what the process of one app may take; 0: no limit",
    )
    add("--headed", action="store_true", help="show the browser's window")
    add("--json", action="store_true", help="say that it is ready as one line of JSON")
    add("--idle", type=float, metavar="S", help="end after S seconds without a client (default: never)")
    add("--stdin-guard", action="store_true", help="end when standard input ends, as with a dead parent")
    given = parser.parse_args(arguments)
    fields: dict[str, Any] = {
        "project": given.project,
        "port": given.port,
        "control_port": given.control_port,
        "hosts": dict(_mapping(text) for text in given.map),
        "allow_any_host": given.allow_any_host,
        "domains": _domains(given.domain),
        "check_domains": given.domain_check,
        "wechat": given.wechat,
        "with_app": not given.no_app,
        "idle": given.idle,
        "browser": given.browser,
        "source_maps": given.source_maps,
        "headless": not given.headed,
        "memory": given.memory,
    }
    if given.device_state is not None:
        fields |= read_device_state_file(given.device_state)
    if given.person is not None:
        try:
            fields["person"] = json.loads(given.person)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"--person: not JSON: {error}") from None
    try:
        return SimulatorSettings.model_validate(fields), given
    except ValidationError as error:
        first = first_invalid(error)
        name, *below = first.keys
        option = {"hosts": "map", "with_app": "no-app"}.get(name, name).replace("_", "-")
        raise UsageError(f"--{'.'.join((option, *below))}: {first.message}") from None


def _mapping(text: str) -> tuple[str, str]:
    asked, equals, answers = text.partition("=")
    if not equals:
        raise UsageError(f"--map: expected A=B, got {text!r}")
    return asked, answers


def _domains(said: Sequence[str]) -> dict[str, list[str]] | None:
    lists: dict[str, list[str]] = {}
    for text in said:
        kind, equals, origin = text.partition("=")
        if not equals:
            raise UsageError(f"--domain: expected KIND=ORIGIN, got {text!r}")
        lists.setdefault(kind, []).append(origin)
    return lists or None


async def run(settings: SimulatorSettings, *, as_json: bool, stdin_guard: bool) -> None:
    """Serve until told to stop; UsageError or BrokenError when it cannot, or when the browser dies."""
    project = load_project(settings.project, settings.source_maps)
    bundle = await asyncio.to_thread(ensure_bundle)
    host = SimulatorHost(settings, project, bundle)
    _stop_on_signals(host.stop)
    if stdin_guard:
        _stop_on_end_of_input(host.stop)
    try:
        await host.start()
        # From here on: a browser that dies while the first app boots must be told as such.
        died = asyncio.create_task(host.chromium.watch())
        serving = asyncio.create_task(_serve(host, settings, as_json))
        await asyncio.wait({died, serving}, return_when=asyncio.FIRST_COMPLETED)
        serving.cancel()
        if died.done():
            raise died.result()
        died.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    finally:
        await host.close()


async def _serve(host: SimulatorHost, settings: SimulatorSettings, as_json: bool) -> None:
    endpoint: str | None = None
    if settings.with_app:
        opening = asyncio.create_task(host.new_app(settings.person, port=settings.port))
        stopping = asyncio.create_task(host.stop.wait())
        await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not opening.done():
            return
        stopping.cancel()
        endpoint = opening.result()[0].endpoint
    ready = {
        "endpoint": endpoint,
        "control": host.control.endpoint,
        "pid": os.getpid(),
        "browserPid": host.chromium.pid,
    }
    line = (
        json.dumps(ready) if as_json else f"ready: app {endpoint or 'none'}, control {host.control.endpoint}"
    )
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    idle = None if settings.idle is None else asyncio.create_task(_stop_when_idle(host, settings.idle))
    await host.stop.wait()
    if idle is not None:
        idle.cancel()


async def _stop_when_idle(host: SimulatorHost, limit: float) -> None:
    loop = asyncio.get_running_loop()
    attended = loop.time()
    while loop.time() - attended < limit:
        await asyncio.sleep(min(limit / 4, 5.0))
        if host.attended:
            attended = loop.time()
    host.stop.set()


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def end(name: str) -> None:
        sys.stderr.write(f"ended by {name}\n")  # whoever still waits for it reads this
        stop.set()

    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, end, name)
        except NotImplementedError:
            # Windows: the loop takes no handlers, the interpreter does.
            signal.signal(number, lambda *_, name=name: loop.call_soon_threadsafe(end, name))


def _stop_on_end_of_input(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def wait() -> None:
        # os.read, not sys.stdin: a thread inside a buffered reader breaks the interpreter's own ending.
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="stdin-guard", daemon=True).start()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one simulator; the process's exit code."""
    as_json = False
    try:
        settings, given = parse_arguments(sys.argv[1:] if arguments is None else arguments)
        as_json = given.json
        asyncio.run(run(settings, as_json=as_json, stdin_guard=given.stdin_guard))
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        if as_json:
            sys.stdout.write(json.dumps({"refused": error.text.to_json()}) + "\n")
        return EXIT_USAGE
    except BrokenError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_BROKEN
    except Exception as error:  # Python itself would end with 1, which accuses the product
        sys.stderr.write(
            f"{traceback.format_exc()}\n{type(error).__name__}: {error} (a fault of the simulator)\n"
        )
        return EXIT_BROKEN
    return EXIT_PASSED
