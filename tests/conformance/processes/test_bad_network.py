"""Contract tests of correct backends on a network that loses answers: nothing is blamed on the backends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.api.backend import BackendUnderTest
from harness.checks.outcome import Outcome
from harness.conformance.collector import KINDS
from harness.conformance.no_answer import answered
from harness.conformance.settings import ConformanceSettings
from harness.contracts import load
from harness.core.errors import NoAnswer
from harness.core.text import joined
from harness.processes.plan import SystemPlan
from harness.processes.ports import free_ports
from harness.processes.system import System
from harness.reporting.figures import RunFigures
from tests.support.backend_lockers import rented
from tests.support.backend_market import opened
from tests.support.backend_shelf import serve
from tests.support.bad_network import WAYS, BadNetwork, bad_network
from tests.support.traffic import proxy_plan

__all__ = ["opened", "rented", "serve"]

PATIENCE = 0.5  # seconds; none of the backends takes that long


@dataclass(slots=True)
class Results:
    """What the contract tests of some backends came to, by test."""

    tests: list[str]
    outcomes: dict[str, Outcome]
    broken: dict[str, str]
    folder: Path
    networks: list[BadNetwork]

    @property
    def findings(self) -> list[str]:
        return [f"{name}: {one.lines()}" for name, each in self.outcomes.items() for one in each.findings]

    @property
    def identities(self) -> set[str]:
        """What was found, the same in every run."""
        return {f"{name} {one.identity}" for name, each in self.outcomes.items() for one in each.findings}

    @property
    def requests(self) -> int:
        return sum(sum(network.met.values()) for network in self.networks)

    @property
    def crashes(self) -> int:
        """How often a backend gave no answer although the network was well."""
        return sum(network.crashes for network in self.networks)

    @property
    def met(self) -> Counter[str]:
        return sum((network.met for network in self.networks), Counter())


Run = Callable[..., Results]


@pytest.fixture
def tested(tmp_path: Path) -> Iterator[Run]:
    """``tested(backend, …, rate=…)``: all contract tests of each, behind recording proxies and a bad network."""
    with ExitStack() as stack:

        def run(
            *backends: BackendUnderTest,
            examples: int = 3,
            patience: float = PATIENCE,
            folder: str = "run",
            only: str = "",
            phases: Sequence[str] = ("examples", "coverage", "fuzzing"),
            **network: object,
        ) -> Results:
            place = tmp_path / folder
            place.mkdir()
            networks, edges = [], []
            for backend, port in zip(backends, free_ports(len(backends)), strict=True):
                address = urlsplit(backend.base_url())
                service = (str(address.hostname), int(address.port or 0))
                networks.append(stack.enter_context(bad_network(service, **network)))
                upstream = f"http://127.0.0.1:{networks[-1].server_address[1]}"
                edges.append(
                    {
                        "source": "harness",
                        "target": backend.name,
                        "port": port,
                        "upstream": upstream,
                        "contracts": list(backend.contracts),
                    }
                )
            plan = SystemPlan(run="r1", folder=place, processes=[proxy_plan(place, edges)])
            results = Results([], {}, {}, place, networks)
            settings = ConformanceSettings.model_validate(
                {"max_examples": examples, "seed": 3, "request_timeout": patience, "phases": phases}
            )
            with System.start(plan, within=20):
                for backend, edge in zip(backends, edges, strict=True):
                    url = f"http://127.0.0.1:{edge['port']}"
                    run_all(replace(backend, base_url=lambda url=url: url), settings, results, only)
            return results

        yield run


def run_all(backend: BackendUnderTest, settings: ConformanceSettings, results: Results, only: str) -> None:
    for kind in KINDS:
        for test in kind(load(backend.contracts[0]), backend, settings):
            name = f"{backend.name}::{test.name}"
            if only not in name:
                continue
            results.tests.append(name)
            try:
                outcome = answered(test.execute, test.backends, settings.seconds)()
            except NoAnswer as error:
                results.broken[name] = str(error)
            else:
                results.outcomes[name] = outcome
                if outcome.broken:
                    results.broken[name] = joined(outcome.broken).en


def test_what_the_network_loses_is_told_and_blamed_on_nobody(
    tested: Run, serve: Callable[..., BackendUnderTest]
) -> None:
    found = tested(serve(), examples=20, patience=0.2, rate=0.3, seed=4, only="getBook", phases=["fuzzing"])
    assert found.findings == []
    assert len(found.met) > 3, "too few of the ways were met"
    told = [line.en for outcome in found.outcomes.values() for line in outcome.unanswered]
    assert any(line.startswith("GET /") and "answered when asked again" in line for line in told)
    assert all(words.startswith("no answer to ") for words in found.broken.values())


SEEN = {
    "close": "closed the connection before an answer",
    "lose": "closed the connection before an answer",
    "reset": "closed the connection before an answer|broke the connection before an answer: ",
    "stall": r"no answer within \d+\.\d s",
    "truncate": r"answered \d+, and the body ended early: after \d+ of \d+ bytes|closed the connection",
    "truncate_chunked": r"answered \d+, and the body ended early|what it sent is not HTTP",  # a 204 has no body
    "garble": "what it sent is not HTTP",
}


@pytest.mark.full
@pytest.mark.parametrize("way", WAYS)
def test_a_backend_that_never_answers_is_broken_and_what_was_seen_is_told(
    tested: Run, serve: Callable[..., BackendUnderTest], way: str
) -> None:
    found = tested(serve(), examples=1, patience=0.3, rate=1.0, seed=1, ways=[way])
    assert found.findings == []
    assert set(found.broken) == set(found.tests) != set()  # not one is green for want of an answer
    for name, words in found.broken.items():
        assert re.match(rf"no answer to [A-Z]+ /\S*: .*({SEEN[way]}).*attempts in a row", words), (
            name,
            words,
        )


@pytest.mark.full
def test_of_a_thousand_requests_none_blames_a_backend_for_the_network(
    tested: Run,
    serve: Callable[..., BackendUnderTest],
    opened: Callable[..., BackendUnderTest],
    rented: Callable[..., BackendUnderTest],
) -> None:
    # Each time new ones: what one run writes, wrong as it may be, the other would find when it reads.
    right = tested(serve(), opened(), rented(), examples=12, rate=0.0, seed=11, folder="right")
    found = tested(serve(), opened(), rented(), examples=12, rate=0.15, seed=11, folder="bad")
    assert found.requests > 1000
    assert set(found.met) == {*WAYS, ""}
    assert found.identities == right.identities  # nothing is blamed, and nothing overlooked
    assert right.identities
    for name, words in found.broken.items():
        assert words.startswith("no answer to "), (name, words)
    share = RunFigures.read(found.folder).unchecked
    assert 5 < (share.percent or 0) < 30
    assert set(dict(share.reasons)) == {"no answer", "client left", "cut short"}
    its = dict(RunFigures.read(right.folder).unchecked.reasons)
    assert set(its) == {"no answer"}
    assert its["no answer"] <= right.crashes  # of the backends, and of nothing else
