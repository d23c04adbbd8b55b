"""Whose fault a difference between two backends is: of the one that breaks its contract there, else nobody's.

What the two answers show by themselves decides. A difference may also be a consequence of something that another
test shows of one backend alone; those causes are named, and a report joins them.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

from harness.api.client import Answer
from harness.conformance.kinds.parity_difference import OF_LISTS, Difference
from harness.contracts import Operation, Violation
from harness.contracts.declarations import declarations
from harness.core import causes
from harness.core.causes import Cause
from harness.core.difference import MISSING


def cause_of(operation: Operation, left: Answer, right: Answer, difference: Difference) -> Cause:
    """The cause of one difference between two answers to the same request."""
    for answer in (left, right):
        guilty = broken(operation, answer, difference)
        if guilty is not None:
            return guilty
    services = tuple(answer.exchange.target for answer in (left, right))
    declared = declarations(operation)
    pages = declared.pagination
    # The total of a list and the number of its entries say one thing.
    of_list = difference.what in OF_LISTS or (pages is not None and difference.at == pages.total)
    at, what = (declared.items or "", "list") if of_list else (difference.general, difference.what)
    maybe = [causes.value(service, operation.pointer, difference.general) for service in services]
    if of_list:
        asked = [name for name, _ in parse_qsl(left.exchange.path.partition("?")[2], keep_blank_values=True)]
        defaults = (
            [] if pages is None else [name for name in (pages.limit, pages.parameter) if name not in asked]
        )
        maybe += [
            causes.parameter(service, operation.pointer, name)
            for name in (*asked, *defaults)
            for service in services
        ]
    name = causes.difference(services, operation.pointer, what, at)
    return Cause(
        name, covers=(causes.unlike(operation.pointer, difference.general),), explained_by=tuple(maybe)
    )


def broken(operation: Operation, answer: Answer, difference: Difference) -> Cause | None:
    """The violation of an answer that makes the difference."""
    service = answer.exchange.target
    if answer.status >= 500 and difference.what == "status":
        error = causes.of_error(service, operation.pointer, answer.status)
        return error if any(_of_answer(answer)) else None
    for violation in _of_answer(answer):
        if _makes(violation, difference):
            return causes.of_answer(service, operation.pointer, answer.status, violation)
    return None


def _of_answer(answer: Answer) -> Iterator[Violation]:
    return (one for one in answer.checked.violations if not one.code.startswith("request-"))


def _makes(violation: Violation, difference: Difference) -> bool:
    """Whether a violation is at the place of the difference, and enough to make it."""
    if difference.what == "status":  # what a body is like decides no status
        return violation.code == causes.UNDOCUMENTED_STATUS
    if violation.at is None:
        return (
            violation.code in (causes.UNDOCUMENTED_STATUS, "undocumented-content-type") or not difference.at
        )
    here, there = f"{violation.at}/", f"{difference.general}/"
    if not (here.startswith(there) or there.startswith(here)):
        return False
    values = (difference.left, difference.right)
    if violation.pointer.endswith("/type") and not any(one is None or one is MISSING for one in values):
        return str(difference.left) == str(difference.right)  # else they would differ if both were right
    return True
