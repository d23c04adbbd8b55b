"""WXML and WXSS beside WeChat's own compilers, which are used in tests only.

Owns running the official binaries, and a browser with one page for each side. What is compared, and which
differences are known, is in ``tests/oracle``.
"""

from __future__ import annotations

import base64
import itertools
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from harness.core.chromium import find_chromium, launch_arguments
from harness.simulator.build import RUNTIME, ensure_bundle
from tests.support.libraries import PACKAGES

ENTRY = "index"
WIDTH = 375
PREFIX = "P"
RUNNABLE = sys.platform == "linux" and platform.machine() in ("x86_64", "AMD64")
NOT_RUNNABLE = "miniprogram-compiler ships x86-64 Linux binaries only (of what runs here)"
COMPILE_WITHIN = 60.0

Tree = list[Any]


@dataclass(frozen=True, slots=True)
class Case:
    """Templates to compile, the one to render, and the data to render it with."""

    name: str
    files: Mapping[str, str]
    sets: tuple[Mapping[str, Any], ...]
    path: str = ENTRY


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the two sides made of a case: per data set a tree, or why there is none."""

    name: str
    ours: list[Tree] | str
    updated: list[Tree]
    official: list[Tree | str] | str

    @property
    def difference(self) -> str | None:
        """The first difference, in words; None where both are alike, or both refuse."""
        if isinstance(self.ours, str) or isinstance(self.official, str):
            if isinstance(self.ours, str) and isinstance(self.official, str):
                return None
            ours, official = (
                side if isinstance(side, str) else "compiles" for side in (self.ours, self.official)
            )
            return f"ours: {ours}; official: {official}"
        for number, (ours_tree, updated, official_tree) in enumerate(
            zip(self.ours, self.updated, self.official, strict=True), 1
        ):
            for label, tree in (("", ours_tree), (" after setData", updated)):
                if isinstance(official_tree, str):
                    found = f"official throws {official_tree}, ours has {tree!r}"
                else:
                    found = first_difference(tree, official_tree)
                if found:
                    return f"data set {number}{label}: {found}"
        return None


def first_difference(ours: Any, official: Any, at: str = "") -> str | None:
    if isinstance(ours, dict) and isinstance(official, dict):
        for key in [*official, *(key for key in ours if key not in official)]:
            where = f"{at}/{key}"
            if key not in ours or key not in official:
                side, value = (
                    ("only official", official[key]) if key in official else ("only ours", ours[key])
                )
                return f"{where}: {side}: {value!r}"
            if found := first_difference(ours[key], official[key], where):
                return found
        return None
    if isinstance(ours, list) and isinstance(official, list):
        for number, (one, other) in enumerate(zip(ours, official, strict=False)):
            if found := first_difference(one, other, f"{at}[{number}]"):
                return found
        if len(ours) != len(official):
            rest = (ours if len(ours) > len(official) else official)[min(len(ours), len(official))]
            side = "ours" if len(ours) > len(official) else "official"
            return f"{at}: {len(ours)} items, official {len(official)}; the first more of {side}: {rest!r}"
        return None
    # True is not 1 here.
    if type(ours) is type(official) and ours == official:
        return None
    numbers = (int, float)
    alike = type(ours) in numbers and type(official) in numbers and ours == official
    return None if alike else f"{at}: ours {ours!r}, official {official!r}"


class Official:
    """WeChat's compilers, as programs."""

    def __init__(self, work: Path) -> None:
        self._work, self._numbers = work, itertools.count()
        source = PACKAGES / "miniprogram-compiler" / "bin" / "linux"
        if not source.is_dir():
            pytest.fail(
                "miniprogram-compiler is not installed; run: npm ci --prefix tests/libraries", pytrace=False
            )
        for name in ("wcc", "wcsc"):
            shutil.copy(source / name, work / name)
            (work / name).chmod(0o755)

    def wxml(self, files: Mapping[str, str]) -> tuple[bool, str]:
        """Whether it compiles, and the code or the complaint."""
        # With "./" as the developer tools give them: it decides what src="/…" means.
        names = [f"./{name}" for name in files if name.endswith(".wxml")]
        names += [f"./{name}" for name in files if name.endswith(".wxs")]
        return self._run("wcc", ["-d", "-cc", "0", *names, "-gn", "$gwx"], self._written(files))

    def wxss(self, files: Mapping[str, str], path: str) -> tuple[bool, str]:
        """One sheet as CSS; the other files are what it may import."""
        good, css = self._run("wcsc", self._sheets(files, path), self._written(files))
        css = css.replace("%%HERESUFFIX%%", f"{PREFIX}--")
        return good, re.sub(r"%%\?([+-]?[\d.]+)rpx\?%%", lambda match: f"{rpx(float(match[1]))}px", css)

    def component_wxss(self, files: Mapping[str, str], path: str) -> str:
        """The sheet compiled as a component's: as a script, with the rules of ``:host`` in its first part."""
        return self._run("wcsc", ["-js", "-pc", "1", *self._sheets(files, path)], self._written(files))[1]

    @staticmethod
    def _sheets(files: Mapping[str, str], path: str) -> list[str]:
        return [f"./{name}" for name in (path, *(name for name in files if name != path))]

    def _written(self, files: Mapping[str, str]) -> Path:
        folder = self._work / str(next(self._numbers))
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return folder

    def _run(self, program: str, arguments: list[str], folder: Path) -> tuple[bool, str]:
        done = subprocess.run(
            [self._work / program, *arguments], cwd=folder, capture_output=True, timeout=COMPILE_WITHIN
        )
        said = (done.stdout if done.returncode == 0 else done.stderr).decode(errors="replace")
        return done.returncode == 0, said


def rpx(number: float) -> int:
    """The rounding of the official compiler's own prelude, on a screen of :data:`WIDTH`."""
    if number == 0:
        return 0
    return int((number / 750 * WIDTH + 1e-4) // 1) or 1


class Oracle:
    """Both sides, ready to render. Create with :func:`oracle`."""

    def __init__(self, official: Official, ours: Page, theirs: Page) -> None:
        self.official, self._ours, self._theirs = official, ours, theirs

    def outcomes(self, cases: Iterable[Case]) -> Iterator[Outcome]:
        cases = list(cases)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            compiled = pool.map(lambda case: self.official.wxml(case.files), cases)
            for case, (good, code) in zip(cases, compiled, strict=True):
                yield self._outcome(case, code if good else None, code)

    def _outcome(self, case: Case, code: str | None, complaint: str) -> Outcome:
        sets = list(case.sets)
        ours = self._ours.evaluate(
            "([files, path, sets]) => oracle.render(files, path, sets)", [dict(case.files), case.path, sets]
        )
        official: list[Tree | str] | str = complaint.strip()
        if code is not None:
            answers = self._theirs.evaluate(
                "([code, path, sets]) => oracle.render(code, path, sets)", [code, f"./{case.path}.wxml", sets]
            )
            official = [answer["error"] if isinstance(answer, dict) else answer for answer in answers]
        if "error" in ours:
            return Outcome(case.name, ours["error"], [], official)
        return Outcome(case.name, ours["trees"], ours["updated"], official)

    def definitions(self, files: Mapping[str, str], paths: list[str]) -> dict[str, Any]:
        """What the components at ``paths`` declare: properties with type and value, and data."""
        found = self._ours.evaluate(
            "([files, paths]) => oracle.definitions(files, paths)", [dict(files), paths]
        )
        assert isinstance(found, dict)
        return found

    def sheet(self, files: Mapping[str, str], path: str) -> str:
        """Our CSS of one sheet."""
        css = self._ours.evaluate(
            "([path, files, prefix]) => oracle.sheet(path, files, prefix)", [path, dict(files), PREFIX]
        )
        assert isinstance(css, str)
        return css


@contextmanager
def oracle(work: Path) -> Iterator[Oracle]:
    """Build the two pages, start a browser, end it."""
    official = Official(work)
    bundle = ensure_bundle()
    node = shutil.which("node")
    assert node is not None, "node is needed: https://nodejs.org"
    script = RUNTIME / "test" / "oracle" / "build.mjs"
    built = subprocess.run([node, script, work / "pages"], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    wasm = base64.b64encode(bundle.compiler_wasm_gz.read_bytes()).decode()
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=launch_arguments(offline=True))
        try:
            ours, theirs = browser.new_page(), browser.new_page()
            for page, name in ((ours, "ours"), (theirs, "official")):
                page.add_script_tag(path=work / "pages" / f"{name}.js")
            ours.evaluate("(wasm) => oracle.start(wasm)", wasm)
            yield Oracle(official, ours, theirs)
        finally:
            browser.close()
