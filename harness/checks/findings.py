"""What a check found: one finding per check, kind of failure and cause, with its smallest case."""

from __future__ import annotations

from dataclasses import replace

from harness.api.backend import Logged, no_log
from harness.api.client import Answer
from harness.api.replay import Replay
from harness.api.transport import BEHIND_ANSWER, silence_behind
from harness.checks.finding import Finding
from harness.checks.server_errors import SERVER_ERROR, ErrorCase, settled
from harness.checks.table import check_of
from harness.contracts import Checked, Violation
from harness.contracts.pointers import split
from harness.contracts.violations import CHECKS, identity_of, trim
from harness.core import causes
from harness.core.causes import Cause
from harness.core.errors import NoAnswer
from harness.core.exchange import Exchange
from harness.core.masking import mask_target, mask_text
from harness.core.text import Text, text_of

LARGEST_KEPT = 65_536  # bytes of a body


class Findings:
    """Collects the findings of one test; equal ones are counted and the smallest case is kept.

    ``pointer`` is what the test is about: an operation of a contract, an entity of the linkage contract.
    ``logged`` tells what the service under test logged of its errors.
    """

    def __init__(self, pointer: str, logged: Logged = no_log) -> None:
        self._pointer, self._logged = pointer, logged
        self._found: dict[tuple[str, str], Finding] = {}
        self._errors: list[ErrorCase] = []

    def __len__(self) -> int:
        return len(self._found) + len(self._errors)

    def note(
        self,
        check: str,
        title: Text | str,
        *,
        seen: Text | str,
        exchange: Exchange,
        curl: str,
        phase: str,
        expected: Text | str | None = None,
        pointer: str | None = None,
        key: str = "",
        cause: Cause | None = None,
        checked: Checked | None = None,
        violation: Violation | None = None,
    ) -> None:
        """Add a finding. ``expected`` None: as the check's row says. ``key`` tells findings of one check at
        one place apart; it must be the same in every run (no ids, no times).

        ``cause`` None: what follows from ``checked``, which is what the contract says to the exchange, and from
        ``violation``, the part of it that this is about.

        NoAnswer where the backend itself got none from another service while it made this one: then nobody
        knows what it would have said.
        """
        template = checked.template if checked else _template(self._pointer)
        if behind := silence_behind(exchange.response.headers if exchange.response else ()):
            raise NoAnswer(
                BEHIND_ANSWER.format(
                    request=f"{exchange.method} {mask_target(exchange.path, template)}",
                    status=exchange.status,
                    seen=behind,
                )
            )
        at = pointer or self._pointer
        finding = Finding(
            check=check,
            title=text_of(title).map(_short),
            pointer=at,
            expected=text_of(check_of(check).expected if expected is None else expected).map(_short),
            seen=text_of(seen).map(_short),
            status=exchange.status,
            curl=curl,
            phase=phase,
            identity=identity_of(self._pointer, check, at, key),
            cause=cause or self._cause(check, key, exchange, checked, violation),
            case=_case(exchange, template),
            size=len(exchange.request.body) + len(exchange.path),
        )
        if exchange.status is not None and exchange.status >= 500:
            self._errors.append(ErrorCase.of(finding, exchange, self._operation(checked)))
        else:
            _keep(self._found, finding)

    def note_violations(self, answer: Answer, phase: str) -> None:
        """Every way in which an answer breaks its contract; a 5xx answer is a finding of its own."""
        violations = answer.checked.violations
        if answer.status >= 500 and any(item.code == "undocumented-status" for item in violations):
            self.note(
                SERVER_ERROR,
                Text(zh="服务器错误", en="Server error"),
                seen=answer.seen,
                exchange=answer.exchange,
                curl=answer.curl,
                phase=phase,
                checked=answer.checked,
            )
        for violation in violations:
            if violation.code in CHECKS:
                self.note(
                    CHECKS[violation.code],
                    violation.message,
                    expected=violation.expected,
                    seen=violation.found,
                    exchange=answer.exchange,
                    curl=answer.curl,
                    phase=phase,
                    pointer=violation.pointer,
                    checked=answer.checked,
                    violation=violation,
                )

    def all(self) -> tuple[Finding, ...]:
        """Server errors first, then by identity."""
        found = dict(self._found)
        for finding in settled(self._errors, self._logged):
            _keep(found, finding)
        for finding in tuple(found.values()):
            for cause in finding.cause.explained_by:
                if (finding.identity, cause) in found and cause != finding.cause.name:
                    del found[finding.identity, finding.cause.name]
                    _keep(found, replace(finding, cause=found[finding.identity, cause].cause))
                    break
        return tuple(
            sorted(
                found.values(), key=lambda item: (item.check != SERVER_ERROR, item.identity, item.cause.name)
            )
        )

    def _operation(self, checked: Checked | None) -> str:
        """The operation that was asked, where the contract knows it."""
        return checked.operation.pointer if checked and checked.operation else self._pointer

    def _cause(
        self,
        check: str,
        key: str,
        exchange: Exchange,
        checked: Checked | None,
        violation: Violation | None,
    ) -> Cause:
        service, operation = exchange.target, self._operation(checked)
        violations = checked.violations if checked else ()
        if violation is not None:
            return causes.of_answer(service, operation, exchange.status, violation, violations)
        taken = causes.refusals(service, operation, exchange.status, violations)
        if taken and check_of(check).refusal:
            return Cause(taken[0], service, explained_by=taken[1:])
        return Cause(causes.check(service, operation, check, key), service)


def _keep(found: dict[tuple[str, str], Finding], finding: Finding) -> None:
    known = found.get((finding.identity, finding.cause.name))
    if known is not None:
        smallest = finding if finding.size < known.size else known
        finding = replace(smallest, times=known.times + finding.times)
    found[finding.identity, finding.cause.name] = finding


def _short(text: str) -> str:
    return trim(mask_text(text))


def _template(pointer: str) -> str:
    """The path of the operation that a pointer leads to; none where it leads to something else."""
    tokens = split(pointer.partition("#")[2])
    return tokens[1] if len(tokens) > 1 and tokens[0] == "paths" else ""


def _case(exchange: Exchange, template: str) -> Replay | None:
    """What a waiver would keep; None for a request too large to be kept, and for rows of a database, which are none."""
    is_request = exchange.path.startswith("/")
    return (
        Replay.of(exchange, template) if is_request and len(exchange.request.body) <= LARGEST_KEPT else None
    )
