"""The two vendors as participants of their linkage contract, whose cells are played one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.users import User
from harness.checks.outcome import Outcome
from harness.contracts import load
from harness.core import payloads
from harness.core.errors import NotRun
from harness.core.platforms import USUAL
from harness.core.polling import poll
from harness.linkage.checks.collector import PROMISES
from harness.linkage.contract.plan import cells
from harness.linkage.contract.reading import Document, read
from harness.linkage.participants.participant import Participant
from harness.linkage.promises.hops import Hops
from harness.linkage.promises.linkage_run import LinkageRun
from harness.linkage.promises.promise_check import PromiseCheck
from harness.traffic.fault_injection import InjectedFault
from tests.support import vendor_accounts
from tests.support.vendors import Vendors, serving

FOLDER = Path(__file__).parents[1] / "fixture_vendors"
DOCUMENT = read(FOLDER / "linkage.yaml")
POINTS = 1000


class System:
    """Both vendors, and the cells of their linkage contract."""

    proxies, drain, reached, one_time_code = True, True, True, vendor_accounts.SMS
    """What is between them, and known of them; a test may take it away."""

    def __init__(self, vendors: Vendors, urls: tuple[str, str], document: Document = DOCUMENT) -> None:
        self.vendors, self.document = vendors, document
        self.lags: list[payloads.Lag] = []
        services = {
            "website": ("website", urls[0], ("owner", "li", "han")),
            "miniprogram": ("mall", urls[1], ("li", "han")),
        }
        self.participants = {
            name: Participant(
                name,
                USUAL.title(name),
                _backend(service, url, users),
                (load(FOLDER / f"{service}.yaml"),),
                {person: known[name] for person, known in document.contract.people.items() if name in known},
                vendor_accounts.code if name == "miniprogram" else None,
            )
            for name, (service, url, users) in services.items()
        }
        self.cells = {
            f"{cell.entity} {cell.name}": cell for cell in cells(document.contract, self.participants)
        }

    def play(self, name: str, *, seed: int = 1) -> tuple[Outcome, PromiseCheck]:
        check = self.check(name, seed=seed)
        return check.outcome(PROMISES[check.cell.promise]), check

    def check(self, name: str, *, seed: int = 1) -> PromiseCheck:
        return PromiseCheck(self.run(seed=seed), self.cells[name])

    def run(self, *, seed: int = 1) -> LinkageRun:
        edges = frozenset({("website", "mall"), ("mall", "website")})
        return LinkageRun(
            contract=self.document.contract,
            participants=self.participants,
            seed=seed,
            timeout=5.0,
            hops=lambda trace: Hops(lambda: [], edges if self.proxies else frozenset()),
            quiet=self._quiet,
            record_lag=self.lags.append,
            obstruct=self._obstruct,
            inject=lambda source, target, fault: self._inject(fault),
            happened=lambda source, target, trace: self.vendors.injected.happened.get(trace, 0),
            one_time_code=self.one_time_code or None,
            every=0.03,
            drains=self.drain,
        )

    def _inject(self, fault: InjectedFault) -> None:
        if self.reached:
            self.vendors.injected.add(fault)

    def _obstruct(self, service: str, on: bool) -> None:
        if not self.reached:
            return
        self.vendors.obstructed = on
        if not on:
            self.vendors.deliver()

    def _quiet(self, within: float) -> None:
        if not self.drain:
            raise NotRun("nothing tells when no data is under way")
        poll(lambda: self.vendors.pending, lambda pending: pending == 0, within=within)


@pytest.fixture
def system() -> Iterator[System]:
    vendors = Vendors()
    vendors.entries["li"].append(POINTS)  # without any nobody could tell whose points are shown
    with serving(vendors) as urls:
        yield System(vendors, urls)


def _backend(name: str, url: str, users: tuple[str, ...]) -> BackendUnderTest:
    return BackendUnderTest(
        name=name,
        title=USUAL.title("website"),
        platforms=(name,),
        contracts=(FOLDER / f"{name}.yaml",),
        base_url=lambda: url,
        users=tuple(User(name=user, token=lambda user=user: user) for user in users),  # type: ignore[misc]
    )
