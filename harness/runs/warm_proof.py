"""Proving the checks in one running system: each fault planted by a switch, its tests run, the fault taken away.

One run, one pytest process (:mod:`harness.plugin.fault_loop`). Owns reading its record while it grows: which
verdicts belong to which fault, and whether everything is as before once all faults are taken away.
"""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.config.settings import HarnessSettings
from harness.core.errors import BrokenError
from harness.core.events import Event, Kind
from harness.core.polling import pause
from harness.core.text import Language
from harness.runs import suite
from harness.runs.fault_switch import has_switch
from harness.runs.faults import Fault
from harness.runs.proof import BROKEN, NOTHING_RAN, Proof, judge, prove
from harness.runs.run import Run

LOOK_EVERY = 0.1  # seconds
HINT = "; if its service reads it at its start only, its entry says 'cold: true'"


def prove_all(
    config: Path,
    settings: HarnessSettings,
    faults: Sequence[Fault],
    *,
    times: int = 1,
    cold: bool = False,
    language: Language | None = None,
    seed: str | None = None,
    profile: str | None = None,
) -> Iterator[Proof]:
    """Plant what can be in a running system, the rest (``cold``: all) each in a system of its own.

    A repetition is another run, so that it generates other requests.
    """
    warm = [] if cold else [fault for fault in faults if has_switch(settings, fault)]
    rest = [fault for fault in faults if fault not in warm]
    for _ in range(times):
        if warm:
            yield from prove_warm(config, warm, language=language, seed=seed, profile=profile)
        yield from prove(config, rest, language=language, seed=seed, profile=profile)


def prove_warm(
    config: Path,
    faults: Sequence[Fault],
    *,
    language: Language | None = None,
    seed: str | None = None,
    profile: str | None = None,
) -> Iterator[Proof]:
    """Plant ``faults`` one after the other in one running system.

    Errors: BrokenError where a switch does not answer, or the tests do not pass once all are taken away.
    """
    ids = [fault.id for fault in faults]
    run = Run.begin(config, language=language, seed=seed, profile=profile, warm=ids)
    record = WarmRecord(run, list(faults))
    options = ["-n0"] if importlib.util.find_spec("xdist") else []  # one system, one fault at a time
    with ThreadPoolExecutor(1) as pool:
        process = pool.submit(suite.run_pytest, run, suite.rooms(run), options, quiet=True)
        while True:
            over = process.done()
            yield from record.proofs()
            if over:
                break
            pause(LOOK_EVERY)
    process.result()
    yield from record.unplanted()
    record.check()


def summary(proofs: Sequence[Proof]) -> str:
    """How many were found, and how long a fault took."""
    parts = [f"{sum(proof.found for proof in proofs)} of {len(proofs)} planted faults found"]
    for how in ("warm", "cold"):
        seconds = [proof.seconds for proof in proofs if proof.how == how]
        if seconds:
            parts.append(f"{len(seconds)} {how}, median {statistics.median(seconds):.1f} s")
    return "; ".join(parts)


@dataclass(slots=True)
class WarmRecord:
    """The run's record, read as it grows."""

    run: Run
    left: list[Fault]
    planted: list[Fault] = field(default_factory=list)
    found: list[Fault] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)  # since the last change of what is planted
    began: float | None = None  # when all faults were taken away last
    problem: str = ""
    _read: dict[Path, int] = field(default_factory=dict)

    def proofs(self) -> Iterator[Proof]:
        """The faults that were planted and taken away since the last call."""
        for event in self._events():
            if event.kind is Kind.VERDICT:
                self.verdicts.append(event.data)
                continue
            if event.data["planted"] is not None:
                self.verdicts, self.problem = [], event.data["problem"]
                continue
            if event.data["problem"]:
                raise BrokenError(event.data["problem"])
            if self.began is not None:
                yield self._proof(self.left.pop(0), event.mono - self.began)
            self.began, self.verdicts = event.mono, []

    def unplanted(self) -> Iterator[Proof]:
        """Those the process did not come to."""
        for fault in self.left:
            yield Proof(fault, False, True, NOTHING_RAN, "", 0.0, self.run.id, warm=True)

    def check(self) -> None:
        """With all faults taken away, the tests that found them pass."""
        if self.left:
            return  # it did not come to that
        for data in self.verdicts:
            if data["verdict"] in ("failed", "broken", "flaky"):
                concerned = [fault for fault in self.planted if fault.names(data["id"], data["test"])]
                switches = " or ".join(dict.fromkeys(str(fault.service) for fault in concerned))
                raise BrokenError(
                    f"with all faults taken away {data['test']} is still {data['verdict']}: the fault switch of "
                    f"{switches} does not go back (planted: {', '.join(fault.id for fault in concerned)}), or the "
                    f"test does not pass without a fault either\n{data['message'][self.run.language]}"
                )
        passed = [data for data in self.verdicts if data["verdict"] == "passed"]
        for fault in self.found:
            if not any(fault.names(data["id"], data["test"]) for data in passed):
                raise BrokenError(
                    f"that {fault.service} is without {fault.id} again is not shown: none of its tests ran and "
                    "passed after all faults were taken away; see pytest.log in the run folder"
                )

    def _proof(self, fault: Fault, seconds: float) -> Proof:
        if self.problem:
            found, reason, message = False, f"{BROKEN} {self.problem}", ""
        else:
            found, reason, message = judge(fault, self.verdicts, self.run.language)
        broken = reason.startswith(BROKEN)
        self.planted.append(fault)
        if found:
            self.found.append(fault)
        elif not broken and all(data["verdict"] != "failed" for data in self.verdicts):
            reason += HINT
        return Proof(fault, found, broken, reason, message, seconds, self.run.id, warm=True)

    def _events(self) -> Iterator[Event]:
        """What the pytest process has written since the last call: what is planted, and verdicts."""
        wanted = [f'"kind":"{kind}"'.encode() for kind in (Kind.FAULT, Kind.VERDICT)]
        for shard in sorted((self.run.folder / "events").glob(f"{self.run.role}-*.jsonl")):
            with shard.open("rb") as file:
                file.seek(self._read.get(shard, 0))
                whole = file.read().rpartition(b"\n")[0]
            if not whole:
                continue
            self._read[shard] = self._read.get(shard, 0) + len(whole) + 1
            for line in whole.split(b"\n"):
                if any(kind in line for kind in wanted):
                    event = Event.model_validate_json(line)
                    if event.kind in (Kind.FAULT, Kind.VERDICT):
                        yield event
