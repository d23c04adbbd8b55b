"""Carry out the checks against an endpoint, each from the home page on, and make the record."""

from __future__ import annotations

import datetime
import hashlib
import importlib
import json
from collections.abc import Callable, Iterable
from importlib.metadata import version

from harness.automator.endpoint_checks import checks
from harness.automator.endpoint_checks.probe import HOME, Probe
from harness.automator.endpoint_checks.record import Outcome, Record, Result
from harness.automator.endpoint_checks.registry import CHECKS, Entry
from harness.automator.endpoint_checks.wire import Wire
from harness.core.errors import BrokenError, NotRun, ProtocolError, UsageError

UNSEEN = 3  # checks in a row the endpoint does not answer at all: it is gone


def entries(domains: Iterable[str] = ()) -> list[Entry]:
    """The checks of these domains, or all. UsageError for a domain there is not."""
    for name in checks.DOMAINS:
        importlib.import_module(f"harness.automator.endpoint_checks.checks.{name}")
    wanted = set(domains)
    if unknown := wanted - {entry.domain for entry in CHECKS.values()}:
        there_are = ", ".join(dict.fromkeys(entry.domain for entry in CHECKS.values()))
        raise UsageError(f"no domain is called {sorted(unknown)[0]!r}; there are {there_are}")
    return [entry for entry in CHECKS.values() if not wanted or entry.domain in wanted]


def run(
    endpoint: str, chosen: Iterable[Entry], each: Callable[[Result], None] = lambda result: None
) -> Record:
    """Run checks; ``each`` is told every result. UsageError when another mini-program runs there."""
    chosen, results = list(chosen), []
    with Wire(endpoint) as wire:
        probe = Probe(wire)
        try:
            info = probe.call("Tool.getInfo")
        except ProtocolError:
            info = {}
        probe.require_app()
        ours = _is_ours(probe)
    wires = Wires(endpoint)
    try:
        for entry in chosen:
            result = one(wires, entry)
            results.append(result)
            each(result)
    finally:
        wires.close()
    return Record(
        endpoint="simulator" if ours else "devtools",
        tool=version("linkage-harness") if ours else str(info.get("version", "unknown")),
        sdk=str(info.get("SDKVersion", "unknown")),
        suite=_digest(chosen),
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        results=tuple(results),
    )


class Wires:
    """One connection for the checks of a domain; a new one after anything went wrong with it."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint, self._domain = endpoint, ""
        self._wire: Wire | None = None
        self.gone = 0
        """Checks in a row at which nothing answered."""

    def of(self, domain: str) -> Wire:
        if self._wire is not None and domain != self._domain:
            self.close()
        if self._wire is None:
            self._wire, self._domain = Wire(self._endpoint), domain
        return self._wire

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None


def one(wires: Wires, entry: Entry) -> Result:
    """Open the home page, carry the check out, compare."""
    if wires.gone >= UNSEEN:
        return _result(entry, "not run", seen="the endpoint is gone")
    try:
        wire = wires.of(entry.domain)
    except BrokenError as error:
        wires.gone += 1
        return _result(entry, "not run", seen=f"{error}")
    wires.gone = 0
    probe = Probe(wire)
    try:
        probe.go(HOME)
        probe.settled(probe.trail, [])
        wire.forget_events()
        # As JSON says it: tuples are lists.
        expected, seen = json.loads(json.dumps(entry.run(probe)))
    except NotRun as reason:
        return _result(entry, "not run", seen=str(reason))
    except BrokenError as error:
        if not isinstance(error, ProtocolError):
            wires.close()  # what is still under way must not disturb the next check
        return _result(entry, "failed", seen=f"error: {error}")
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        # A result without the members a client reads.
        return _result(entry, "failed", seen=f"an answer of another shape: {type(error).__name__}: {error}")
    return _result(entry, "passed" if seen == expected else "failed", expected=expected, seen=seen)


def _result(entry: Entry, outcome: Outcome, *, expected: object = None, seen: object = None) -> Result:
    return Result(id=entry.id, claim=entry.claim, outcome=outcome, expected=expected, seen=seen)


def _is_ours(probe: Probe) -> bool:
    return probe.refusal("Simulator.getInfo") is None


def _digest(chosen: Iterable[Entry]) -> str:
    """Which checks these are, by their claims."""
    text = "\n".join(f"{entry.id} {entry.claim}" for entry in chosen)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
