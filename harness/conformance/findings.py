"""What generated tests found: one finding per check and kind of failure, with its smallest case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from harness.conformance.case import Case
from harness.conformance.curl import curl
from harness.contracts import Index, Operation, Violation, check
from harness.contracts.envelope import EnvelopeSettings, wire_of
from harness.contracts.violations import identity_of, trim
from harness.core.exchange import Exchange, Message
from harness.core.masking import mask_text

# Which of our violations a check of schemathesis is about.
CODES = {
    "status_code_conformance": ("undocumented-status",),
    "content_type_conformance": ("undocumented-content-type",),
    "response_headers_conformance": ("response-header",),
    "response_schema_conformance": ("response-body",),
    "envelope_conformance": ("envelope",),
}
LARGEST_KEPT = 65_536  # bytes of a body
# Lines of schemathesis' messages that say what EXPECTED says already.
BOILERPLATE = ("Expected:", "Invalid data should have been rejected", "Valid data should have been accepted")
# What a check asks for, where our own check of the exchange does not say it better.
EXPECTED = {
    "not_a_server_error": "no 5xx answer",
    "status_code_conformance": "a documented status",
    "content_type_conformance": "a documented content type",
    "response_headers_conformance": "the declared headers",
    "response_schema_conformance": "the declared body",
    "negative_data_rejection": "a request against the contract is refused (4xx)",
    "positive_data_acceptance": "a request that keeps to the contract is taken",
    "missing_required_header": "a request without a required header is refused",
    "unsupported_method": "405 for a method the path does not have",
    "allow_header_conformance": "Allow names the methods of the path",
    "ignored_auth": "401 or 403 without valid credentials",
    "object_level_authorization": "no access to what belongs to another",
    "max_response_time": "an answer in time",
    "envelope_conformance": "an answer in the envelope of the backend",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with an operation.

    ``check`` is the failing check by schemathesis' name, ``pointer`` the place in the contract, ``seen`` and
    ``curl`` are masked; ``times`` is how many cases showed it; ``identity`` is the same in every run.
    """

    check: str
    title: str
    pointer: str
    expected: str
    seen: str
    status: int | None
    curl: str
    phase: str
    times: int = 1
    identity: str = ""
    size: int = field(default=0, compare=False)
    case: Case | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        names = (
            "check",
            "title",
            "pointer",
            "expected",
            "seen",
            "status",
            "curl",
            "phase",
            "times",
            "identity",
        )
        case = None if self.case is None else self.case.model_dump(exclude_defaults=True)
        return {**{name: getattr(self, name) for name in names}, "case": case}

    @property
    def headline(self) -> str:
        return f"{self.check}: {self.title}" + (f" ({self.times} cases)" if self.times > 1 else "")

    def lines(self) -> str:
        """All of it, for a message that has several."""
        return "\n".join(
            [
                self.headline,
                f"    contract  {self.pointer}",
                f"    expected  {self.expected}",
                f"    seen      {self.seen}",
                f"    curl      {self.curl}",
            ]
        )


class Findings:
    """Collects findings of one operation; equal ones are counted and the smallest case is kept."""

    def __init__(self, operation: Operation, service: str, envelope: EnvelopeSettings | None = None) -> None:
        self._operation, self._envelope = operation, envelope
        self._index = Index([operation.contract], service=service)
        self._found: dict[str, Finding] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, name: str, failure: Any, phase: str, interaction: Any, secrets: tuple[str, ...]) -> None:
        """One failed check of one case; ``interaction`` is what schemathesis recorded of it."""
        exchange = _exchange(interaction)
        violation = self._violation(name, exchange)
        pointer = self._operation.pointer if violation is None else violation.pointer
        self._keep(
            Finding(
                check=name,
                title=trim(mask_text(failure.title)),
                pointer=pointer,
                expected=EXPECTED.get(name, name) if violation is None else violation.expected,
                seen=_seen(failure, exchange) if violation is None else violation.found,
                status=exchange.status,
                curl=_curl(interaction, secrets),
                phase=phase,
                identity=_identity(self._operation, name, pointer, "" if violation else failure._unique_key),
                case=_case(exchange),
                size=len(exchange.request.body) + len(exchange.path),
            )
        )

    def note(
        self,
        check: str,
        title: str,
        *,
        expected: str,
        seen: str,
        exchange: Exchange,
        curl: str,
        phase: str,
        pointer: str | None = None,
        key: str = "",
    ) -> None:
        """A finding of a check of our own. ``key`` tells findings of one check at one place apart; it must
        be the same in every run (no ids, no times).
        """
        at = pointer or self._operation.pointer
        self._keep(
            Finding(
                check=check,
                title=trim(mask_text(title)),
                pointer=at,
                expected=trim(mask_text(expected)),
                seen=trim(mask_text(seen)),
                status=exchange.status,
                curl=curl,
                phase=phase,
                identity=_identity(self._operation, check, at, key),
                case=_case(exchange),
                size=len(exchange.request.body) + len(exchange.path),
            )
        )

    def _keep(self, finding: Finding) -> None:
        known = self._found.get(finding.identity)
        if known is not None:
            smallest = finding if finding.size < known.size else known
            finding = replace(smallest, times=known.times + 1)
        self._found[finding.identity] = finding

    def all(self) -> tuple[Finding, ...]:
        """Server errors first, then by identity."""
        return tuple(
            sorted(self._found.values(), key=lambda item: (item.check != "not_a_server_error", item.identity))
        )

    def _violation(self, name: str, exchange: Exchange) -> Violation | None:
        codes = CODES.get(name, ())
        found = check(exchange, self._index, envelope=self._envelope).violations if codes else ()
        return next((violation for violation in found if violation.code in codes), None)


def _case(exchange: Exchange) -> Case | None:
    """What a waiver would keep; None for a request too large to be kept."""
    return Case.of(exchange) if len(exchange.request.body) <= LARGEST_KEPT else None


def _identity(operation: Operation, check: str, pointer: str, key: str) -> str:
    return identity_of(operation.pointer, check, pointer, key)


def _exchange(interaction: Any) -> Exchange:
    """What schemathesis recorded, as an exchange."""
    request, response = interaction.request, interaction.response
    url = urlsplit(request.uri)
    headers = tuple((name, value) for name, values in request.headers.items() for value in values)
    answer = None
    if response is not None:
        answer = Message(
            tuple((name, value) for name, values in response.headers.items() for value in values),
            response.content or b"",
        )
    return Exchange(
        id="",
        source="conformance",
        target="",
        method=request.method,
        path=url.path + (f"?{url.query}" if url.query else ""),
        request=Message(headers, request.body or b""),
        status=None if response is None else response.status_code,
        response=answer,
        started=0.0,
        ended=0.0,
    )


def _seen(failure: Any, exchange: Exchange) -> str:
    body = exchange.response.body.decode("utf-8", "replace") if exchange.response else ""
    told = [line for line in failure.message.splitlines() if line and not line.startswith(BOILERPLATE)]
    wire = wire_of(exchange)
    status = f"{exchange.status} ({wire})" if wire else str(exchange.status)
    return trim(mask_text(f"{status} ({' '.join(told)})" if told else f"{status} {body}"))


def _curl(interaction: Any, secrets: tuple[str, ...]) -> str:
    request = interaction.request
    return curl(request.method, request.uri, request.headers, request.body, secrets)
