"""Methods that no operation has: one test per contract and backend, ``methods``.

A path answers 405 to them and says in ``Allow`` which ones it has (RFC 9110, sections 15.5.6 and 10.2.1). A
framework decides this for the whole API, so it is one finding, whatever paths show it. TRACE is asked for on every
path: it shows whoever can send it what proxies added to a request.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Client, Request
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.checks.server_errors import SERVER_ERROR
from harness.conformance.contract_test import ContractTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Index, Operation
from harness.contracts.addresses import VARIABLE
from harness.contracts.other_documents import methods_elsewhere
from harness.core import causes
from harness.core.causes import Cause
from harness.core.errors import NotRun
from harness.core.text import Text

NAME = "methods"
UNSUPPORTED, ALLOW = "unsupported_method", "allow_header_conformance"
ASKED = ("TRACE", "PATCH", "PUT", "DELETE", "POST", "GET")  # the first two that a path does not have
MOST = 2
IMPLICIT = frozenset({"HEAD", "OPTIONS"})  # frameworks answer these by themselves
REFUSED = (401, 403, 429)  # before anybody looked at the method
NOT_IMPLEMENTED = 501
ABOUT = Text(zh="没有的方法返回 405", en="405 for methods there are not")
SHOWN = 4


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """The one test, unless the project leaves both of its checks out."""
    left_out = set(settings.without_checks)
    if {UNSUPPORTED, ALLOW} <= left_out or not any(item.serves(backend.name) for item in contract.operations):
        return
    yield ContractTest(
        name=NAME,
        kind="statuses",
        contract=contract,
        backend=backend,
        operation=None,
        about=ABOUT,
        execute=lambda: Methods(contract, backend, settings).run(),
    )


@dataclass(frozen=True, slots=True)
class _Path:
    """A path with the methods it has, and an operation of it to ask as."""

    operation: Operation
    methods: frozenset[str]


@dataclass(slots=True)
class _Wrong:
    """All that is wrong in one way: the first answer, and where else."""

    title: Text
    answer: Answer
    places: list[str] = field(default_factory=list)


class Methods:
    """The test of one contract on one backend."""

    def __init__(self, contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings) -> None:
        self._contract, self._backend, self._settings = contract, backend, settings
        self._client = Client(
            backend, Index([contract], service=backend.name), timeout=settings.request_timeout
        )
        self._findings = Findings(f"{contract.name}#/paths", backend.logged)
        self._wrong: dict[tuple[str, str], _Wrong] = {}
        self._not_run: list[Text] = []
        self._began = time.monotonic()

    def run(self) -> Outcome:
        paths = self._paths()
        asked = 0
        try:
            for path in paths:
                if time.monotonic() - self._began > self._settings.seconds:
                    break
                self._try(path)
                asked += 1
        except NotRun as refused:
            self._not_run.append(refused.text)
        finally:
            self._client.close()
        self._tell(len(paths))
        return Outcome(
            findings=self._findings.all(),
            cases={NAME: self._client.sent},
            statuses=dict(sorted(self._client.statuses.items())),
            seconds=round(time.monotonic() - self._began, 3),
            out_of_time=asked < len(paths) and not self._not_run,
            not_run=tuple(self._not_run),
        )

    def _paths(self) -> list[_Path]:
        """The paths whose methods are known: a flaw of a path can hide one."""
        found: dict[str, list[Operation]] = {}
        for operation in self._contract.operations:
            hidden = any(flaw.is_within(operation.item.key) for flaw in self._contract.of_paths)
            if operation.serves(self._backend.name) and not hidden:
                found.setdefault(operation.path, []).append(operation)
        known = self._known()
        return [_Path(_reader(its), self._methods(its[0], known)) for its in found.values()]

    def _known(self) -> dict[str, set[str]]:
        """The methods of each path, however its variables are called; those of flawed operations too."""
        known: dict[str, set[str]] = {}
        for operation in (*self._contract.operations, *(each for each, _ in self._contract.flawed)):
            if operation.serves(self._backend.name):
                known.setdefault(VARIABLE.sub("{}", operation.path), set()).add(operation.method)
        return known

    def _methods(self, operation: Operation, known: dict[str, set[str]]) -> frozenset[str]:
        others = methods_elsewhere(operation, self._backend.name, self._backend.contracts)
        own = known[VARIABLE.sub("{}", operation.path)]
        return frozenset(own | {method.upper() for method in others})

    def _try(self, path: _Path) -> None:
        from harness.conformance.fuzzing.valid_requests import valid_requests

        left_out = self._settings.without_checks
        right = next(iter(valid_requests(path.operation, self._backend, self._settings.seed)), Request())
        bare = Request(path=right.path)
        if UNSUPPORTED not in left_out:
            for method in [one for one in ASKED if one not in path.methods][:MOST]:
                self._judge(path, method, self._client.send(path.operation, bare, method=method))
        if ALLOW not in left_out:
            self._judge_allow(path, self._client.send(path.operation, bare, method="OPTIONS"))

    def _judge(self, path: _Path, method: str, answer: Answer) -> None:
        place = f"{method} {path.operation.path} → {answer.status}"
        if answer.status == 405:
            if not _allowed(answer):
                title = Text(zh="405 响应没有 Allow", en="405 comes without Allow")
                self._note(UNSUPPORTED, "missing_allow_header", title, place, answer)
        elif answer.status >= 500 and answer.status != NOT_IMPLEMENTED:
            title = Text(zh="服务器错误", en="Server error")
            self._note(SERVER_ERROR, "", title, place, answer)
        elif not _is_refused(path.operation, answer.status):
            title = Text(zh="对没有的方法不返回 405", en="no 405 for methods there are not")
            self._note(UNSUPPORTED, "wrong_status", title, place, answer)

    def _judge_allow(self, path: _Path, answer: Answer) -> None:
        said = _allowed(answer)
        missing, more = path.methods - said - IMPLICIT, said - path.methods - IMPLICIT
        if answer.ok and said and (missing or more):
            place = f"OPTIONS {path.operation.path} → Allow: {', '.join(sorted(said))}"
            title = Text(zh="Allow 与接口规范的方法不一致", en="Allow does not name the methods there are")
            self._note(ALLOW, "missing" if missing else "more", title, place, answer)

    def _note(self, check: str, reason: str, title: Text, place: str, answer: Answer) -> None:
        self._wrong.setdefault((check, reason), _Wrong(title, answer)).places.append(place)

    def _tell(self, paths: int) -> None:
        for (check, reason), wrong in self._wrong.items():
            places = ", ".join(wrong.places[:SHOWN])
            more = len(wrong.places) - SHOWN
            service = self._backend.name
            rest = Text(zh=f"，另有 {more} 处", en=f", and {more} more") if more > 0 else ""
            self._findings.note(
                check,
                wrong.title,
                seen=Text(zh="{places}{rest}", en="{places}{rest}").format(places=places, rest=rest),
                exchange=wrong.answer.exchange,
                curl=wrong.answer.curl,
                phase=NAME,
                key=reason,
                cause=Cause(causes.service_rule(service, check, reason), service),
            )


def _reader(operations: list[Operation]) -> Operation:
    """The operation to ask as: one that reads needs least."""
    return next((item for item in operations if item.method == "GET"), operations[0])


def _is_refused(operation: Operation, status: int) -> bool:
    """Whether an answer says no before it came to the method, or says it in another of the ways there are."""
    if status in (NOT_IMPLEMENTED, 429) or (status == 404 and VARIABLE.search(operation.path)):
        return True
    security = operation.place.value.get("security", operation.contract.document.get("security"))
    return bool(security) and status in REFUSED


def _allowed(answer: Answer) -> frozenset[str]:
    response = answer.exchange.response
    said = (response.header("allow") if response is not None else None) or ""
    return frozenset(name.strip().upper() for name in said.split(",") if name.strip())
