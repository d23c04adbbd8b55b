"""One exchange against its contract."""

from __future__ import annotations

from harness.contracts.envelope import EnvelopeSettings, envelope_of, opened, violation_of, wire_of
from harness.contracts.index import Index
from harness.contracts.operation_check import undecoded
from harness.contracts.violations import Checked, Unchecked, Violation
from harness.core.exchange import Exchange

MOST = 20  # violations of one exchange; a list of a thousand wrong entries says the same thing


def check(exchange: Exchange, index: Index, *, envelope: EnvelopeSettings | None = None) -> Checked:
    """Judge request and response; the answer as it is meant, where it comes in an ``envelope`` (else: the
    document's).

    Where the server answered 4xx, what is wrong with the request is not reported: the client sent it on
    purpose or the server said so. An exchange of an operation that the documents do not hold breaks nothing:
    it is undocumented.
    """
    found = index.find(exchange.method, exchange.path)
    if found is None:
        return Checked(None, ())
    operation = found.operation
    if (flaw := index.flaw_of(operation)) is not None:
        return Checked(operation, (), None, (Unchecked(flaw.reason),))
    compiled = index.check_of(operation)
    envelope = envelope_of(operation, envelope)
    coded = exchange.response.flaw if exchange.response is not None else None
    exchange, problem = opened(exchange, envelope)
    subject = f"{exchange.method} {operation.path} → {exchange.status or '–'}"
    seen: list[Violation | Unchecked] = []
    if exchange.status is None or not 400 <= exchange.status < 500:
        seen += compiled.request(exchange, found.values, subject)
    if coded is not None and envelope is not None and 200 <= (exchange.status or 0) < 300:
        seen.append(undecoded(coded, "response-body", f"{operation.pointer}/responses", subject))
    elif problem is not None:
        seen.append(violation_of(problem, operation, subject))
    elif exchange.status is not None and exchange.response is not None:
        seen += compiled.response(exchange, subject, envelope)
    meant = None if wire_of(exchange) is None else exchange.status
    if not seen:
        return Checked(operation, (), meant)
    violations = tuple(each for each in seen if isinstance(each, Violation))
    unchecked = tuple(each for each in seen if isinstance(each, Unchecked))
    return Checked(operation, violations[:MOST], meant, unchecked[:MOST])
