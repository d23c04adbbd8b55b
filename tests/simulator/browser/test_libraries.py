"""Components of UI libraries from npm and packages beside them: drawn, and the main interaction driven by a finger."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from harness.automator.client import SimulatorClient
from tests.support.app_driver import Bench
from tests.support.app_showroom import (
    LIBRARIES,
    MAKERS_HOSTS,
    Gap,
    Library,
    Sample,
    font_server,
    load_gaps,
    load_samples,
    write_app,
)

SAMPLES = {name: load_samples(library) for name, library in LIBRARIES.items()}
GAPS = {name: load_gaps(library) for name, library in LIBRARIES.items()}
QUICK = {
    "tdesign": ["button", "input", "checkbox-group", "picker", "dialog", "collapse", "stepper", "cascader"],
    "vant": ["button", "field", "checkbox-group", "slider", "picker", "dialog", "tabs", "swipe-cell"],
    "weui": ["checkbox", "dialog", "slideview"],
    "wux": ["input", "picker-view", "tabs"],
    "beside": ["mobx-miniprogram-bindings", "miniprogram-recycle-view", "wxml-to-canvas"],
    "lin": ["input", "tabs", "dialog"],
}


def markers(library: str, component: str) -> tuple[pytest.MarkDecorator, ...]:
    """The quick ones are in every run."""
    return () if component in QUICK[library] else (pytest.mark.full,)


def is_broken(library: str, component: str) -> bool:
    """Whether it fails as a whole: then it is the gaps' to check."""
    return any(gap.component == component and not gap.fails for gap in GAPS[library])


EVERYTHING = [
    pytest.param(library, component, id=f"{library}-{component}", marks=markers(library, component))
    for library, samples in SAMPLES.items()
    for component in samples
    if not is_broken(library, component)
]


@contextmanager
def opened(library: Library, samples: dict[str, Sample], folder: Path) -> Iterator[Bench]:
    """An app with these pages, running."""
    project = write_app(folder, library, samples)
    command = [sys.executable, "-m", "harness.simulator", "--project", str(project), "--port", "0", "--json"]
    with (
        font_server() as fonts,
        subprocess.Popen(
            [*command, "--stdin-guard", *(f"--map={host}={fonts}" for host in MAKERS_HOSTS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        with SimulatorClient(ready["endpoint"], deadline=20) as client:
            yield Bench(client, library)
        process.stdin.close()


class Benches:
    """A running app per library, with the pages this run looks at: started when it is asked for, few at once."""

    AT_ONCE = 2

    def __init__(self, full: bool, folders: pytest.TempPathFactory) -> None:
        self._full, self._folders = full, folders
        self._running: dict[str, tuple[Bench, ExitStack]] = {}

    def __getitem__(self, name: str) -> Bench:
        if name in self._running:
            self._running[name] = self._running.pop(name)
        else:
            self.close(but=self.AT_ONCE - 1)
            samples = SAMPLES[name]
            chosen = samples if self._full else {component: samples[component] for component in QUICK[name]}
            stack = ExitStack()
            bench = stack.enter_context(opened(LIBRARIES[name], chosen, self._folders.mktemp(name)))
            self._running[name] = bench, stack
        return self._running[name][0]

    def close(self, but: int = 0) -> None:
        """End those that were asked for longest ago."""
        for name in list(self._running)[: max(0, len(self._running) - but)]:
            self._running.pop(name)[1].close()


@pytest.fixture(scope="module")
def benches(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Benches]:
    running = Benches(bool(request.config.getoption("--full")), tmp_path_factory)
    yield running
    running.close()


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_component_of_the_package_has_a_page(name: str) -> None:
    assert sorted(SAMPLES[name]) == LIBRARIES[name].components()


@pytest.mark.parametrize(("name", "component"), EVERYTHING)
def test_a_component_is_drawn_and_answers(benches: Benches, name: str, component: str) -> None:
    benches[name].check(SAMPLES[name][component])


@pytest.mark.full
@pytest.mark.parametrize("name", LIBRARIES)
def test_what_is_listed_as_a_gap_still_fails(benches: Benches, name: str) -> None:
    bench = benches[name]

    def works(gap: Gap) -> bool:
        sample = SAMPLES[name][gap.component]
        try:
            if gap.fails:
                bench.open(sample)
                bench.run([{"drawn": sample.drawn}, *gap.fails])
            else:
                bench.check(sample)
        except AssertionError:
            return False
        return True

    mended = [gap.component for gap in GAPS[name] if works(gap)]
    assert not mended, f"works now, strike it from gaps.yaml: {', '.join(mended)}"
