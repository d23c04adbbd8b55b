"""What all tests of declarations share: sending, noting, and judging only what holds twice.

Other people may use the system meanwhile. So what a look at it finds is looked for once more, and counts when
it is found again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.api.backend import BackendUnderTest
from harness.api.choosing import require_somebody
from harness.api.client import Answer, Client, Request
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Index, Operation
from harness.contracts.declarations import Declarations, declarations
from harness.contracts.other_documents import operation_named
from harness.contracts.violations import CHECKS, show
from harness.core import causes
from harness.core.causes import Cause
from harness.core.errors import BrokenError, NotRun
from harness.core.text import Text

PHASE = "declared"
MOST_SAMPLES = 16  # requests until one is taken
MOST_CURLS = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold. ``at`` is the place below the declaration, ``key`` the same in every run;
    ``answers`` are those that show it, in the order they came; ``curl`` where sending them again in that
    order would not. ``pointer`` is where the declaration stands, if not at the operation. ``parameters`` are those
    that do not do what is declared; ``cause`` is given where more is known than that.
    """

    key: str
    title: Text
    expected: Text | str
    seen: Text | str
    answers: tuple[Answer, ...]
    at: str = ""
    pointer: str | None = None
    curl: str | None = None
    parameters: tuple[str, ...] = ()
    cause: Cause | None = None


class Fault(Exception):
    """A problem that leaves nothing more to look at."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title.en)
        self.problem = problem


class _OutOfTime(Exception):
    """The budget of the test is spent."""


class DeclaredCheck:
    """One test of one declaration under way. ``declaration`` is its field (``x-pagination``)."""

    def __init__(
        self,
        operation: Operation,
        backend: BackendUnderTest,
        settings: ConformanceSettings,
        declaration: str,
    ) -> None:
        self.operation, self.backend, self.settings = operation, backend, settings
        self.declared: Declarations = declarations(operation)
        self._clients: list[Client] = []
        self.client = self.another_client()
        self.not_run: list[Text] = []
        self._declaration = declaration
        self._check = declaration.removeprefix("x-").replace("-", "_")
        self._findings = Findings(operation.pointer, backend.logged)
        self._began = time.monotonic()

    def another_client(self) -> Client:
        """A client of its own, as a thread needs."""
        contracts = [self.operation.contract]
        if self.declared.reads_back is not None:
            reader = operation_named(self.operation.contract, self.declared.reads_back.operation)
            contracts += [reader.contract] if reader.contract is not self.operation.contract else []
        index = Index(contracts, service=self.backend.name)
        client = Client(self.backend, index, timeout=self.settings.request_timeout, about=self.operation)
        self._clients.append(client)
        return client

    def send(self, request: Request, operation: Operation | None = None) -> Answer:
        """Send as who has what the operation asks for. BrokenError where the backend does not answer."""
        if time.monotonic() - self._began > self.settings.seconds:
            raise _OutOfTime
        return self.client.send(operation or self.operation, request)

    def valid_requests(self) -> Iterator[Request]:
        """Right requests. BrokenError where none can be made."""
        from harness.conformance.fuzzing.valid_requests import valid_requests

        return valid_requests(self.operation, self.backend, self.settings.seed, client=self.client)

    def accepted_requests(
        self, prepared: Callable[[Request], Request] = lambda request: request
    ) -> Iterator[tuple[Request, Answer]]:
        """Right requests that were taken (2xx) and their answers. BrokenError where none of many was."""
        refused: list[str] = []
        statuses: dict[int, None] = {}
        taken = False
        for number, sample in enumerate(self.valid_requests()):
            if number >= MOST_SAMPLES and not taken:
                break
            request = prepared(sample)
            answer = self.send(request)
            if answer.ok:
                taken = True
                yield request, answer
            else:
                told = None if answer.unread is not None else answer.data
                refused.append(show(told) if told else str(answer.status))
                statuses[answer.status] = None
        if not taken:
            answers = "; ".join(dict.fromkeys(refused[:3]))
            error = BrokenError(
                Text(
                    zh=f"{self.operation.label}：{len(refused)} 个正确的请求都没有被接受：{answers}",
                    en=f"{self.operation.label}: none of {len(refused)} right requests was taken: {answers}",
                )
            )
            error.explained_by = tuple(
                causes.refused(self.backend.name, self.operation.pointer, status) for status in statuses
            )
            raise error

    def judge(self, look: Callable[[], Sequence[Problem]]) -> None:
        """Look; where something is wrong look again, and note what is still wrong."""
        before = {problem.key for problem in _problems_of(look)}
        if before:
            for problem in _problems_of(look):
                if problem.key in before:
                    self.note(problem)

    def note(self, problem: Problem) -> None:
        lines = [answer.curl for answer in problem.answers[-MOST_CURLS:]]
        self._findings.note(
            self._check,
            problem.title,
            expected=problem.expected,
            seen=problem.seen,
            exchange=problem.answers[-1].exchange,
            curl=problem.curl or "\n".join(lines),
            phase=PHASE,
            pointer=problem.pointer or f"{self.operation.pointer}/{self._declaration}{self._key(problem)}",
            key=problem.key,
            cause=self._cause(problem),
            checked=problem.answers[-1].checked,
        )

    def parameters_of(self, problem: Problem) -> tuple[str, ...]:
        """The parameters that a problem is about: those it names, and those of pages by its place."""
        pages = self.declared.pagination
        at = {} if pages is None else {"/limit": pages.limit, "/offset": pages.parameter}
        return (*([at[problem.at]] if problem.at in at else []), *problem.parameters)

    def _key(self, problem: Problem) -> str:
        """The place in the declaration: of pages with numbers, ``page`` says what ``offset`` says elsewhere."""
        pages = self.declared.pagination
        return f"/{pages.key}" if pages is not None and problem.at == "/offset" else problem.at

    def _cause(self, problem: Problem) -> Cause | None:
        """A parameter that does not do what is declared; of several together, it may be one of them alone."""
        service, operation = self.backend.name, self.operation.pointer
        names = self.parameters_of(problem)
        if problem.cause is None and not names:
            return None
        cause = problem.cause or Cause(causes.parameter(service, operation, *names), service)
        alone = [causes.parameter(service, operation, name) for name in names if len(names) > 1]
        other = [name for answer in problem.answers for name in _other_answer(answer)]
        return replace(cause, explained_by=(*other, *alone, *cause.explained_by))

    @property
    def findings(self) -> Findings:
        return self._findings

    def run(self, work: Callable[[DeclaredCheck], None]) -> Outcome:
        """Everything ``work`` comes to. BrokenError from it is the caller's."""
        out_of_time = False
        try:
            require_somebody(self.operation, self.backend)
            work(self)
        except _OutOfTime:
            out_of_time = True
        except NotRun as refused:  # by the environment; what was found before is kept
            self.not_run.append(refused.text)
        finally:
            for client in self._clients:
                client.close()
        statuses = sum((Counter(client.statuses) for client in self._clients), Counter[str]())
        return Outcome(
            findings=self._findings.all(),
            cases={PHASE: statuses.total()},
            statuses=dict(sorted(statuses.items())),
            seconds=round(time.monotonic() - self._began, 3),
            out_of_time=out_of_time,
            not_run=tuple(dict.fromkeys(self.not_run)),
        )


def _other_answer(answer: Answer) -> Iterator[str]:
    """Causes for which an answer is not at all what was agreed, so that it has no field to look at."""
    operation = answer.checked.operation
    for violation in answer.checked.violations:
        if operation is not None and violation.at is None and violation.code in CHECKS:
            service = answer.exchange.target
            yield causes.of_answer(service, operation.pointer, answer.status, violation).name


def _problems_of(look: Callable[[], Sequence[Problem]]) -> Sequence[Problem]:
    try:
        return look()
    except Fault as fault:
        return [fault.problem]


def a_test(
    operation: Operation,
    backend: BackendUnderTest,
    settings: ConformanceSettings,
    declaration: str,
    about: Text,
    work: Callable[[DeclaredCheck], None],
    *,
    alone: bool,
) -> ContractTest:
    """The test ``getPoints[pagination]`` of a declaration; ``work`` does it."""
    return ContractTest(
        name=f"{operation.id}[{declaration.removeprefix('x-')}]",
        kind="declared",
        contract=operation.contract,
        backend=backend,
        operation=operation,
        about=about,
        execute=lambda: DeclaredCheck(operation, backend, settings, declaration).run(work),
        alone=alone,
    )


def for_each(
    contract: Contract,
    backend: BackendUnderTest,
    settings: ConformanceSettings,
    declaration: str,
    about: Text,
    work: Callable[[DeclaredCheck], None],
    *,
    alone: bool = True,
) -> Iterator[ContractTest]:
    """A test for every operation of the backend that has the declaration."""
    for operation in contract.operations:
        if declaration in operation.place.value and operation.serves(backend.name):
            yield a_test(operation, backend, settings, declaration, about, work, alone=alone)
