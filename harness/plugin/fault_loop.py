"""The loop of a run that plants faults while its system runs, in place of pytest's loop over all tests.

For each fault: plant it, run the tests its entry names until one finds it, then the tests of that name on the
other backends, which must not fail; take the fault away. Of a ``whole`` run, and of faults planted together,
every test of the operations concerned runs. At the end every test that found a fault runs once
more, without any: a switch that does not go back shows there. It decides nothing; the run's record says what
was planted when, and :mod:`harness.runs.warm_proof` judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pytest

from harness.core.errors import HarnessError, UsageError
from harness.core.payloads import PlantedFault
from harness.plugin.state import OUTCOME
from harness.runs import faults
from harness.runs.fault_switch import FaultSwitches
from harness.runs.faults import AND, Fault, Planting
from harness.runs.run import Run


class FaultLoop:
    """Registered where the run is one of faults planted one after the other."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted(f"{session.testsfailed} errors during collection")
        plantings = self._plantings()
        try:
            self._prove(session, plantings)
        except HarnessError as error:
            self._say(None, str(error))
        return True

    def _plantings(self) -> list[Planting]:
        path = self.run.settings.paths.faults
        assert path is not None
        try:
            catalogue = faults.load(path)
            return [
                Planting(tuple(faults.choose(catalogue, id, path) for id in ids.split(AND)))
                for ids in self.run.change.warm
            ]
        except UsageError as error:
            raise pytest.UsageError(error.say(self.run.language)) from None

    def _prove(self, session: pytest.Session, plantings: Iterable[Planting]) -> None:
        self.run.system()
        switches = FaultSwitches(self.run.settings, self.run.folder)
        switches.take_away()
        self._say(None)
        finders: dict[pytest.Item, None] = {}
        for planting in plantings:
            try:
                switches.plant(*planting.faults)
            except HarnessError as error:
                self._say(planting, str(error))
            else:
                self._say(planting)
                finders |= dict.fromkeys(self._perform(session, planting))
            self.run.check()
            switches.take_away()
            self._say(None)
        for item in finders:
            _run(session, item)

    def _say(self, planting: Planting | None, problem: str = "") -> None:
        """Write what is planted from here on, or why it could not be."""
        self.run.planted = planting.id if planting else ""
        self.run.log.write(PlantedFault(planted=planting.id if planting else None, problem=problem))

    def _perform(self, session: pytest.Session, planting: Planting) -> Iterator[pytest.Item]:
        """Run the tests of what is planted; gives those that found it."""
        if self.run.change.whole:
            yield from self._perform_all(session, planting)
        else:
            for fault in planting.faults:
                yield from self._until_found(session, fault)

    def _perform_all(self, session: pytest.Session, planting: Planting) -> Iterator[pytest.Item]:
        concerned = [keyword for fault in planting.faults for keyword in fault.concerned]
        for item in session.items:
            if is_asked_for(item, concerned):
                _run(session, item)
                outcome = item.stash[OUTCOME]
                if outcome is not None and any(fault.found_in(outcome) for fault in planting.faults):
                    yield item

    def _until_found(self, session: pytest.Session, fault: Fault) -> Iterator[pytest.Item]:
        asked = [item for item in session.items if is_asked_for(item, fault.keywords)]
        named = [item for item in asked if fault.names(*_identity(item))]
        others = [item for item in asked if item not in named]
        for item in named:
            _run(session, item)
            outcome = item.stash[OUTCOME]
            if outcome is not None and fault.found_in(outcome):
                others = [other for other in others if other.name == item.name]
                yield item
                break
        for item in others:
            _run(session, item)


def _run(session: pytest.Session, item: pytest.Item) -> None:
    item.stash[OUTCOME] = None
    # The session as next node: its fixtures (browsers, the simulator) stay, while those of the test and its
    # module end, even where the same test comes next.
    following: object = session
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)


def is_asked_for(item: pytest.Item, keywords: Sequence[str]) -> bool:
    """What ``-k`` with the keywords would choose."""
    nodes = (node for node in item.listchain() if not isinstance(node, pytest.Session | pytest.Directory))
    names = {name.lower() for name in (*(node.name for node in nodes), *item.listextrakeywords())}
    return any(keyword.lower() in name for keyword in keywords for name in names)


def _identity(item: pytest.Item) -> tuple[str | None, str]:
    """A test's id and node id, as its verdict will say them."""
    return getattr(item, "harness_labels", {}).get("id"), item.nodeid
