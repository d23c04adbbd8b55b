"""A failed check of schemathesis as a finding of ours: what it is about, what was seen, how to send it again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from harness.api.backend import BackendUnderTest
from harness.api.curl import curl
from harness.api.curl_variables import base_of, token_of
from harness.api.reception import message_of
from harness.api.users import User
from harness.checks.findings import Findings
from harness.checks.table import check_of
from harness.conformance.fuzzing import body_flaws
from harness.contracts import Index, Operation, check
from harness.contracts.envelope import EnvelopeSettings, wire_of
from harness.core import causes
from harness.core.causes import Cause
from harness.core.exchange import Exchange, Message
from harness.core.text import Text, joined

# Lines of schemathesis' messages that say what a check's row says already.
BOILERPLATE = ("Expected:", "Invalid data should have been rejected", "Valid data should have been accepted")

UNJUDGED = Text(
    zh="{request} 返回了 {status}，响应无法检查：{why}",
    en="{request} answered {status}, which cannot be checked: {why}",
)


class Failures:
    """Notes the failures of the generated tests of one operation.

    ``interaction`` is what schemathesis recorded of a case. Where our own check of the exchange sees the
    violation too, it says it: with the place in the contract and the place in the exchange.
    """

    def __init__(
        self,
        operation: Operation,
        backend: BackendUnderTest,
        envelope: EnvelopeSettings | None = None,
        user: User | None = None,
    ) -> None:
        service, self._user = backend.name, user
        self._backend, self._envelope, self._template = backend, envelope, operation.path
        self._open = Cause(causes.anonymous(service, operation.pointer), service)
        self._index = Index([operation.contract], service=service)
        self.findings = Findings(operation.pointer, backend.logged)

    def add(
        self, name: str, failure: Any, phase: str, case: str, interaction: Any, secrets: tuple[str, ...]
    ) -> Text | None:
        """One failed check of one case; ``secrets`` are left out of its curl line.

        Where nobody can judge the body that the check is about, no finding is noted: why is returned.
        """
        of_flaw = name == body_flaws.NAME
        if of_flaw:
            name = body_flaws.TOLD_AS
        exchange = _exchange(case, self._backend.name, interaction)
        checked = check(exchange, self._index, envelope=self._envelope)
        codes = check_of(name).codes
        violation = next((one for one in checked.violations if one.code in codes), None)
        if violation is None and checked.unchecked and codes & {"response-body", "envelope"}:
            request = f"{exchange.method} {urlsplit(exchange.path).path}"
            said = joined(part.words for part in checked.unchecked)
            return UNJUDGED.format(request=request, status=exchange.status, why=said)
        if of_flaw and violation is None:
            return None  # the contract says nothing of this body, as of an answer whose status it does not document
        self.findings.note(
            name,
            Text(zh=check_of(name).title or failure.title, en=failure.title),
            pointer=None if violation is None else violation.pointer,
            expected=None if violation is None else violation.expected,
            seen=_answer_text(failure, exchange) if violation is None else violation.found,
            exchange=exchange,
            curl=self._curl(interaction.request, secrets),
            phase=phase,
            key=failure._unique_key if violation is None else "",
            cause=self._open if name == "ignored_auth" else None,
            checked=checked,
            violation=violation,
        )
        return None

    def _curl(self, request: Any, secrets: tuple[str, ...]) -> str:
        base = base_of(self._backend)
        sent = (request.method, request.uri, request.headers, request.body)
        token = token_of(self._backend, self._user)
        return curl(*sent, secrets, base=base, token=token, template=self._template)


def _exchange(case: str, service: str, interaction: Any) -> Exchange:
    """What schemathesis recorded of a case, as an exchange."""
    request, response = interaction.request, interaction.response
    ended = interaction.timestamp
    url = urlsplit(request.uri)
    headers = tuple((name, value) for name, values in request.headers.items() for value in values)
    answer = None
    if response is not None:
        answer = message_of(
            ((name, value) for name, values in response.headers.items() for value in values),
            response.content or b"",
        )
    return Exchange(
        id=case,
        source="conformance",
        target=service,
        method=request.method,
        path=url.path + (f"?{url.query}" if url.query else ""),
        request=Message(headers, request.body or b""),
        status=None if response is None else response.status_code,
        response=answer,
        started=ended - (response.elapsed if response is not None else 0.0),
        ended=ended,
    )


def _answer_text(failure: Any, exchange: Exchange) -> Text:
    """The answer; in English, schemathesis' own words about it instead of the body where it has any."""
    body = exchange.response.body.decode("utf-8", "replace") if exchange.response else ""
    told = [line for line in failure.message.splitlines() if line and not line.startswith(BOILERPLATE)]
    wire = wire_of(exchange)
    status = f"{exchange.status} ({wire})" if wire else str(exchange.status)
    return Text(zh=f"{status} {body}", en=f"{status} ({' '.join(told)})" if told else f"{status} {body}")
