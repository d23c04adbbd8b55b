"""The data that tests begin with: the steps of ``[[data]]``, before a run or before each scenario.

They go to services and databases themselves; no proxy records them, and no check judges them.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import httpx

from harness.config.settings import HarnessSettings
from harness.core import http_client
from harness.core.answer_words import status_and_body
from harness.core.errors import BrokenError, HarnessError
from harness.core.masking import mask_text
from harness.core.project_code import load_named
from harness.core.text import Text, text_of
from harness.core.tls import TLSSettings
from harness.linkage.participants.database import Database
from harness.linkage.settings import DataRequest, DataStep
from harness.processes.settings import fill
from harness.runs.databases import databases_of
from harness.runs.plan import data_of, service_url

LAST_WORDS = 500  # characters
FAILED = Text(
    zh="[[data]] 的第 {number} 步（{what}）失败：{seen}",
    en="step {number} of [[data]] ({what}) failed: {seen}",
)
ENDED = Text(zh="退出码 {code}：{said}", en="exit code {code}: {said}")
LATE = Text(zh="{seconds:g} 秒内没有结束", en="it did not end within {seconds:g} s")
NO_DATABASE = Text(
    zh="[databases.{name}] 只有 CSV 文件，不能执行 SQL",
    en="[databases.{name}] is of CSV files and takes no SQL",
)


def prepare(settings: HarnessSettings, folder: Path, when: Literal["run", "scenario"]) -> None:
    """Do the steps for ``when`` on the system that runs for the run in ``folder``, in their order.

    BrokenError, with the number of the step, where one fails: what tests then saw would be nobody's fault.
    """
    for number, step in steps(settings, when):
        try:
            _do(settings, folder, step)
        except HarnessError as error:
            raise BrokenError(FAILED.format(number=number, what=_what(step), seen=error.text)) from None


def steps(settings: HarnessSettings, when: Literal["run", "scenario"]) -> list[tuple[int, DataStep]]:
    """Those that are done in this environment, with their numbers in the file."""
    return [
        (number, step)
        for number, step in enumerate(settings.data, 1)
        if step.when == when and settings.environment in step.environments
    ]


def _what(step: DataStep) -> str:
    if step.request is not None:
        return f"{step.request.method} {step.request.service} {step.request.path}"
    if step.command is not None:
        return Path(step.command[0]).name if step.command[0] != "{python}" else " ".join(step.command[1:2])
    return step.hook or f"sql, {step.database}"


def _do(settings: HarnessSettings, folder: Path, step: DataStep) -> None:
    if step.request is not None:
        tls = settings.services[step.request.service].tls
        _send(step.request, service_url(folder, step.request.service), step.within, tls)
    elif step.command is not None:
        _run(step.command, settings, folder, step.within)
    elif step.database is not None:
        database = databases_of(settings, lambda: folder)[step.database]
        if not isinstance(database, Database):
            raise BrokenError(NO_DATABASE.format(name=step.database))
        try:
            database.execute(step.statements)
        finally:
            database.close()
    elif step.hook is not None:
        _call(step.hook, settings.root)


def _send(request: DataRequest, url: str, within: float, tls: TLSSettings | None) -> None:
    try:
        with http_client.client(
            within, headers=request.headers, tls=None if tls is None else tls.context()
        ) as client:
            answer = client.request(request.method, url + request.path, json=request.body)
    except httpx.HTTPError as error:
        raise BrokenError(http_client.seen(error)) from None
    if not answer.is_success:
        raise BrokenError(mask_text(status_and_body(answer.status_code, answer.text[:LAST_WORDS])))


def _run(command: tuple[str, ...], settings: HarnessSettings, folder: Path, within: float) -> None:
    values: Mapping[str, str] = {
        "python": sys.executable,
        **{f"address:{name}": service_url(folder, name) for name in settings.services},
        **{f"data:{name}": str(data_of(folder) / name) for name in settings.services},
    }
    filled = [fill(part, values, where="data.command") for part in command]
    try:
        done = subprocess.run(
            filled,
            cwd=settings.root,
            capture_output=True,
            timeout=within,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BrokenError(LATE.format(seconds=within)) from None
    except OSError as error:
        raise BrokenError(text_of(f"{filled[0]}: {error.strerror}")) from None
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-LAST_WORDS:]
        raise BrokenError(ENDED.format(code=done.returncode, said=mask_text(said)))


def _call(hook: str, root: Path) -> None:
    function = load_named(hook, root, "data.hook")
    try:
        function()
    except Exception as error:  # whatever the project's function raises
        raise BrokenError(text_of(mask_text(f"{type(error).__name__}: {error}"))) from None
