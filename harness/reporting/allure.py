"""Runs Allure 3: one self-contained page from the enriched results, with nothing in it that phones home.

The npm package is pinned in ``reports/package.json`` and run by the node that ships with Playwright, so no
other node is needed; a wheel brings it along (``hatch_build.py``). Owns where it is, Allure's configuration, its
history file, and the check of what it made.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

from filelock import FileLock

from harness.core.errors import BrokenError
from harness.core.text import Language, Text
from harness.reporting.enrich import enrich
from harness.reporting.figures import RunFigures
from harness.reporting.gate import GateResult
from harness.reporting.language import CATEGORIES, platform_name, words
from harness.reporting.output import Output
from harness.reporting.settings import ReportingSettings

FILE = "report/allure.html"
CONFIG, WORK, HISTORY = "allurerc.mjs", "allure-work", "allure-history.jsonl"
DEADLINE = 300.0  # seconds; 200 tests take two
SCRIPT = Path("node_modules", "allure", "cli.js")
OF_THE_WHEEL = Path(__file__).parent / "npm"
OF_THE_CLONE = Path(__file__).parents[2] / "reports"
MISSING = Text(
    zh="没有安装报告生成器 Allure（{looked}）；{todo}",
    en="the report generator Allure is not installed ({looked}); {todo}",
)
TO_INSTALL = Text(zh="请运行：npm ci --prefix {folder}", en="run: npm ci --prefix {folder}")
NOT_GIVEN = Text(
    zh="[reporting] packages 可以不写，测试工具自带 Allure",
    en="leave [reporting] packages out: the harness brings one",
)
INCOMPLETE = Text(
    zh="安装包 linkage-harness 不完整，请重新安装",
    en="the package linkage-harness is incomplete: install it again",
)

# Two tags Allure 3.18 puts into every page, without a switch to leave them out.
ANALYTICS = re.compile(
    r"<script[^>]*\bsrc=\"https://www\.googletagmanager\.com/[^\"]*\"[^>]*></script>\s*"
    r"<script>\s*window\.dataLayer\b.*?</script>\s*",
    re.DOTALL,
)
# What a browser would fetch by itself: tags with a foreign address, and beacon hosts named anywhere.
FOREIGN = re.compile(
    r"<(?:script|img|link|iframe)\b[^>]{0,300}?\b(?:src|href)\s*=\s*[\"']?(https?:)?//[^\"'\s>]+"
    r"|(?:googletagmanager|google-analytics|doubleclick|mc\.yandex)\.[a-z]+",
    re.IGNORECASE,
)
# Labels of no use to a reader. Hiding one that the tree groups by would flatten the tree.
HIDDEN_LABELS = ("host", "thread", "framework", "language", "package")


def write(result: GateResult, settings: ReportingSettings) -> None:
    """Write the page of the run's enriched results."""
    results = enrich(result.figures, settings.language)
    generate(result.figures, settings, results, result.folder / FILE)


OUTPUT = Output("Allure", FILE, write)


def generate(figures: RunFigures, settings: ReportingSettings, results: Path, output: Path) -> Path:
    """Make the single-file report of ``results`` at ``output``; returns ``output``.

    BrokenError when the npm package is not installed, Allure fails, or its page would still load anything
    from a network.
    """
    folder = figures.records.folder
    reports = folder.parents[1]
    script = (packages(settings.packages, reports) / SCRIPT).resolve()
    work, history = folder / WORK, folder / HISTORY
    shared = reports / "history" / "history.jsonl"
    shared.parent.mkdir(parents=True, exist_ok=True)
    began = figures.records.began.isoformat() if figures.records.began else ""
    with FileLock(shared.with_suffix(".lock")):
        # A report made again replaces its own entry, and sees only what was before it.
        others = [line for line in _lines(shared) if line.get("run") != figures.run]
        earlier = [line for line in others if line.get("began", "") <= began]
        _write_lines(history, earlier)
        (folder / CONFIG).write_text(config(figures, settings), encoding="utf-8")
        _run(script, folder, results.name)
        added = [{**line, "run": figures.run, "began": began} for line in _lines(history)[len(earlier) :]]
        kept = sorted([*others, *added], key=lambda line: line.get("began", ""))
        _write_lines(shared, kept[-settings.history :])
    history.unlink()
    page = strip(next(work.rglob("index.html")).read_text(encoding="utf-8"))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page, encoding="utf-8")
    shutil.rmtree(work)
    return output


def strip(page: str) -> str:
    """The page without analytics; BrokenError if anything foreign is left that a browser would load."""
    page = ANALYTICS.sub("", page)
    if found := FOREIGN.search(page):
        raise BrokenError(
            Text(
                zh=f"Allure 页面仍会访问网络：{found[0][:120]}",
                en=f"the Allure page still loads from the network: {found[0][:120]}",
            )
        )
    return page


def config(figures: RunFigures, settings: ReportingSettings) -> str:
    """``allurerc.mjs`` of a run; all paths are relative to the run folder, where Allure is started."""
    language = settings.language
    name = f"{figures.name} · {figures.run}"
    options = {
        "reportName": name,
        "singleFile": True,
        "reportLanguage": language,
        "groupBy": ["epic", "feature"],
        "defaultSortBy": "name,asc",
    }
    document = {
        "name": name,
        "output": f"./{WORK}",
        "historyPath": f"./{HISTORY}",
        "appendHistory": True,
        "historyLimit": settings.history,
        "hideLabels": HIDDEN_LABELS,
        "variables": _variables(figures, language),
        "categories": [
            {"name": CATEGORIES["flaky"].say(language), "matchers": {"flaky": True}},
            {"name": CATEGORIES["failed"].say(language), "matchers": {"statuses": ["failed"]}},
            {"name": CATEGORIES["broken"].say(language), "matchers": {"statuses": ["broken"]}},
            {"name": CATEGORIES["not run"].say(language), "matchers": {"statuses": ["skipped"]}},
        ],
        "plugins": {"awesome": {"options": options}},
    }
    return f"export default {json.dumps(document, ensure_ascii=False, indent=2)};\n"


def _variables(figures: RunFigures, language: Language) -> dict[str, str]:
    """What the run was made with, as Allure shows it on top of the report."""
    about = figures.records.started
    if about is None:
        return {}
    rows: list[tuple[str, str | int | None]] = [
        (platform_name(figures.platforms, platform, language), driver.say(language))
        for platform, driver in about.drivers.items()
    ]
    rows += [(file, version) for file, version in about.contracts.items() if version]
    rows += [
        (words("环境", "environment").say(language), about.environment),
        (words("提交", "commit").say(language), about.commit),
        (words("随机种子", "seed").say(language), about.seed),
    ]
    return {name: str(value) for name, value in rows if value is not None}


def packages(given: Path | None = None, reports: Path | None = None) -> Path:
    """The folder whose ``node_modules`` has Allure: the one ``given``, else the project's own, else the harness's.

    BrokenError, with what to do, where there is none.
    """
    own = [OF_THE_WHEEL] if OF_THE_WHEEL.is_dir() else [OF_THE_CLONE]
    looked = [given] if given else [*([reports] if reports else []), *own]
    for folder in looked:
        if (folder / SCRIPT).is_file():
            return folder
    last = looked[-1]
    todo = NOT_GIVEN if given else INCOMPLETE
    if (last / "package-lock.json").is_file():  # npm can install only where one says what
        todo = TO_INSTALL.format(folder=shlex.quote(str(last)))
    raise BrokenError(MISSING.format(looked=last, todo=todo))


def _run(script: Path, folder: Path, results: str) -> None:
    # Playwright is imported here only: reading figures and judging a run need no browser.
    from playwright._impl._driver import compute_driver_executable

    node, _ = compute_driver_executable()
    shutil.rmtree(folder / WORK, ignore_errors=True)
    command = [node, str(script), "generate", "--config", CONFIG, results]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
            errors="replace", timeout=DEADLINE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BrokenError(
            Text(zh=f"Allure 在 {DEADLINE:g} 秒内没有完成", en=f"Allure did not finish within {DEADLINE:g} s")
        ) from None
    except OSError as error:
        raise BrokenError(
            Text(zh=f"Allure 无法启动：{error}", en=f"Allure could not be started: {error}")
        ) from None
    if done.returncode or not any((folder / WORK).rglob("index.html")):
        last = (done.stderr or done.stdout).strip()[-2000:]
        raise BrokenError(
            Text(
                zh=f"Allure 以退出码 {done.returncode} 结束，没有生成页面：{last}",
                en=f"Allure ended with exit code {done.returncode} and made no page: {last}",
            )
        )


def _lines(path: Path) -> list[dict[str, Any]]:
    """The entries of a history file; a line cut off by a kill is left out."""
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue
    return entries


def _write_lines(path: Path, entries: list[dict[str, Any]]) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(
        "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), encoding="utf-8"
    )
    os.replace(beside, path)
