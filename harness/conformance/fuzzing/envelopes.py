"""Generated tests of answers in business envelopes: schemathesis sees what they mean.

The answer is opened as it comes back, so that its checks judge the meant status and the inner data; an answer
that is no envelope is a failure of a check of its own.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

from harness.api.reception import FLAW
from harness.contracts import Operation
from harness.contracts.envelope import MEANT, EnvelopeSettings, Problem, documents_no_error, meaning
from harness.contracts.violations import show

NOT_ONE = "x-harness-no-envelope"  # header that carries a problem from the hook to the check
BODILESS = 204


def open_answers(schema: Any, envelope: EnvelopeSettings) -> None:
    """Open every answer to a request of ``schema``."""

    @schema.hook  # type: ignore[untyped-decorator]
    def after_call(context: Any, case: Any, response: Any) -> None:
        if response.status_code == BODILESS or response.request.method == "HEAD":
            return
        if FLAW.lower() in response.headers:
            return  # nobody can open it; what is wrong with it is said of the answer itself
        found = meaning(envelope, response.status_code, response.content)
        if isinstance(found, Problem):
            response.headers[NOT_ONE] = [f"{found.where}: expected {found.expected}, got {show(found.seen)}"]
        elif found.wire:
            response.status_code, response.content = found.status, found.body
            response.content_size = len(found.body)
            response.headers[MEANT.lower()] = [found.wire]


@schemathesis.check
def envelope_conformance(context: Any, response: Any, case: Any) -> bool | None:
    """An answer that is no envelope. Where the backend has none there is nothing to see."""
    told = response.headers.get(NOT_ONE)
    if told:
        raise Failure(
            operation=case.operation.label, title="The answer is not in the envelope", message=told[0]
        )
    return None


def documented_answers(
    operation: Operation, item: dict[str, Any], envelope: EnvelopeSettings
) -> dict[str, Any]:
    """The answers of an operation, with the envelope's statuses where it leaves errors to the envelope.

    What an error says beside the envelope is nobody's promise, so it has no schema; nor has an answer whose
    body is documented as absent.
    """
    answers: dict[str, Any] = dict(item.get("responses") or {})
    if documents_no_error(operation):
        for status in envelope.statuses:
            answers.setdefault(status, {"description": "An error of the envelope."})
    return answers
