"""Causes: what all that one fault makes red has in common, as text that is equal wherever it shows.

A cause says what was seen and where: in a contract test, in a scenario's traffic, in a comparison of backends.
Made where a finding is made, joined by reports. It is a guess that keeps apart what may be two: an operation is
never a cause by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from harness.core.logged_error import LoggedError
from harness.core.text import Text

UNDOCUMENTED_STATUS = "undocumented-status"
SEEN_MATTERS = (UNDOCUMENTED_STATUS, "undocumented-content-type")
UNDECLARED = "additionalProperties"
VALUES = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'|\d+")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is red, as far as it can be told.

    ``covers`` are other names for it, by which a consequence may know it. ``explained_by``: this may itself be
    a consequence of what one of these names, if anything else shows it. ``service``: whose fault it is, "" where
    nothing decides that.
    """

    # For pydantic, which reads it in events.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "ignore"}

    name: str
    service: str = ""
    covers: tuple[str, ...] = ()
    explained_by: tuple[str, ...] = ()


class BrokenRule(Protocol):
    """A violation of a contract, as a check or an event has it."""

    @property
    def code(self) -> str: ...
    @property
    def pointer(self) -> str | None: ...
    @property
    def where(self) -> str | None: ...
    @property
    def seen(self) -> Text | None: ...
    @property
    def at(self) -> str | None: ...


def of_answer(
    service: str, operation: str, status: int | None, rule: BrokenRule, others: Iterable[BrokenRule] = ()
) -> Cause:
    """The cause of a violation in an answer; ``others`` are all violations of its exchange.

    A request that should have been refused was promised nothing: what its answer says may follow from that.
    """
    if status is not None and status >= 500 and rule.code == UNDOCUMENTED_STATUS:
        return of_error(service, operation, status)
    taken = refusals(service, operation, status, others)
    if rule.code.startswith("request-"):
        first, *more = _taken(service, operation, rule)
        return Cause(first, service, explained_by=tuple(more))
    detail = _last(rule.at)
    if rule.code in SEEN_MATTERS and rule.seen is not None:
        detail = rule.seen.en
    fields = (
        () if rule.at is None else (value(service, operation, rule.at), form(service, operation, rule.at))
    )
    return Cause(_joined("contract", service, rule.pointer, detail), service, fields, taken)


def of_error(service: str, operation: str, status: int, logged: LoggedError | None = None) -> Cause:
    """The cause of a 5xx answer: the same line of the service's code is one, whichever operation comes there."""
    unknown = _joined("error", service, operation, str(status))
    if logged is None:
        return Cause(unknown, service)
    where = logged.place or operation
    return Cause(_joined("error", service, where, logged.name), service, (unknown,))


def refusals(
    service: str, operation: str, status: int | None, rules: Iterable[BrokenRule]
) -> tuple[str, ...]:
    """The causes for which a request that breaks its contract was taken: the parts of it that nobody checks."""
    if status is None or not 200 <= status < 300:
        return ()
    broken = [rule for rule in rules if rule.code.startswith("request-")]
    broken.sort(key=_is_undeclared)  # who checks no body knows no field that must not be in it
    names: dict[str, None] = {}
    for rule in broken:
        first, *whole = _taken(service, operation, rule)
        if not any(name in names for name in whole):
            names |= dict.fromkeys((first, *whole))
    return tuple(names)


def _taken(service: str, operation: str, rule: BrokenRule) -> list[str]:
    part = (rule.where or "").partition("/")[0]
    if part == "request.headers":
        part = rule.where or ""
    whole = _joined("taken", service, operation, part)
    return [_joined(whole, UNDECLARED), whole] if _is_undeclared(rule) else [whole]


def _is_undeclared(rule: BrokenRule) -> bool:
    return (rule.pointer or "").endswith(f"/{UNDECLARED}")


def refused(service: str, operation: str, status: int) -> str:
    """An operation that does not take requests that keep to its contract."""
    return (
        of_error(service, operation, status).name if status >= 500 else _joined("refused", service, operation)
    )


def anonymous(service: str, operation: str) -> str:
    """An operation that takes requests of people who are not logged in."""
    return _joined("anonymous", service, operation)


def value(service: str, operation: str, at: str) -> str:
    """A field of an operation's answer has not the value that it should have."""
    return _joined("value", service, operation, at or "/")


def form(service: str, operation: str, at: str) -> str:
    """A field of an operation's answer is not written as it should be, whatever its value."""
    return _joined("form", service, operation, at or "/")


def written(service: str, operation: str, at: str) -> str:
    """What an operation writes is not what is read afterwards, at this field of what is read."""
    return _joined("written", service, operation, at or "/")


def mark(service: str, pointer: str, at: str) -> str:
    """A value breaks what its schema says beyond JSON Schema (``x-money``)."""
    return _joined("contract", service, pointer, _last(at))


def parameter(service: str, operation: str, *names: str) -> str:
    """A parameter of an operation does not do what is declared; several: only together."""
    return _joined("parameter", service, operation, "+".join(names))


def service_rule(service: str, check: str, key: str) -> str:
    """Something that one place of a service decides for all its operations."""
    return _joined("rule", service, check, key)


def check(service: str, operation: str, check: str, key: str = "") -> str:
    """What a check of an operation found, where nothing is known that others could show too."""
    return _joined("check", service, operation, check, key)


def difference(services: Iterable[str], operation: str, what: str, at: str) -> str:
    """Services that differ, where neither breaks its contract."""
    return _joined("difference", "/".join(services), operation, what, at)


def crossing(entity: str, source: str, target: str, what: str = "") -> str:
    """Data that does not cross from one platform to another; ``what``: one field of it, or the whole record."""
    return _joined("crossing", entity, source, target, what)


def at_times(cause: str) -> str:
    """What does not cross in a check that writes more than once, or makes deliveries go wrong."""
    return _joined(cause, "at times")


def some_lost(entity: str, source: str, target: str) -> str:
    """Of equal records made one after the other some cross and some do not."""
    return at_times(crossing(entity, source, target))


def after_outage(cause: str) -> str:
    """What does not cross when the services can reach each other again."""
    return _joined(cause, "after an outage")


def outage(source: str, target: str) -> str:
    """A way between two platforms on which something is lost while it is cut."""
    return _joined("outage", source, target)


def repetition(source: str, target: str) -> str:
    """A way between two platforms on which a delivery that failed is lost, though it is sent again or was taken."""
    return _joined("repetition", source, target)


def effect(entity: str, act: str, place: str, wrong: str, participant: str = "") -> str:
    """An act that moves a field of another record wrongly; ``participant``: the only one that shows it so."""
    return _joined("effect", entity, act, place, wrong, participant)


def old_value(entity: str, participant: str, field: str, *, for_good: bool = False) -> str:
    """A participant shows an earlier value of a field once more; ``for_good``: and stays there."""
    return _joined("old value", entity, participant, field, "for good" if for_good else "")


def precision(entity: str, field: str) -> str:
    """Participants that keep a field with different precision, wherever it is written."""
    return _joined("precision", entity, field)


def account(platforms: Iterable[str], what: str = "") -> str:
    """Platforms that do not take a person for the same; ``what``: what they show or count otherwise of them."""
    return _joined("account", "/".join(platforms), what)


def unlike(operation: str, at: str) -> str:
    """A field in which the services that have an operation differ, whoever is right."""
    return _joined("unlike", operation, at or "/")


def thrown(platform: str, message: str, place: str) -> str:
    """An exception in the code of a page."""
    return _joined("thrown", platform, place or message)


def step(platform: str, words: str) -> str:
    """A step that several scenarios have, and that fails; quoted values and numbers are each scenario's own."""
    return _joined("step", platform, VALUES.sub("*", words))


def assertion(file: str, line: int) -> str:
    """An assertion of a test's author, in a test or in what several tests use."""
    return _joined("assertion", f"{file}:{line}")


def _last(at: str | None) -> str | None:
    """The name of a field: it tells apart those that share a schema."""
    names = [token for token in (at or "").split("/") if token and token != "*"]
    return names[-1] if names else None


def _joined(*parts: str | None) -> str:
    return " ".join(" ".join(part.split()) for part in parts if part)
