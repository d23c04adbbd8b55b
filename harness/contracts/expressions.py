"""Runtime expressions (OpenAPI 3.1.1, *Runtime Expressions*): ``$response.body#/order_id``.

Owns their grammar and what they mean for one request and its answer. A text that does not begin with ``$``
is a constant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.contracts import pointers

GRAMMAR = re.compile(
    r"\$(?:(?P<whole>url|method|statusCode)"
    r"|(?P<side>request|response)\.(?:(?P<part>header|query|path)\.(?P<name>.+)|body(?:#(?P<pointer>/.*)?)?))\Z"
)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What expressions speak of: the parts of a request and of its answer, JSON as parsed."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: int = 0
    answered_headers: Mapping[str, str] = field(default_factory=dict)
    answered: Any = None
    url: str = ""
    method: str = ""


def is_expression(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("$")


def well_formed(text: str) -> bool:
    """Whether a text with ``$`` before it is an expression of the grammar."""
    return GRAMMAR.match(text) is not None


def answer_pointer(value: Any) -> str | None:
    """The pointer of an expression into the body of the answer; None for any other."""
    found = GRAMMAR.match(value) if isinstance(value, str) else None
    if found is None or found["side"] != "response" or found["part"]:
        return None
    return found["pointer"] or ""


def evaluate(value: Any, exchanged: Exchanged) -> Any:
    """The value with every expression in it replaced. KeyError where one leads nowhere."""
    if isinstance(value, dict):
        return {key: evaluate(item, exchanged) for key, item in value.items()}
    if isinstance(value, list):
        return [evaluate(item, exchanged) for item in value]
    found = GRAMMAR.match(value) if isinstance(value, str) else None
    if found is None:
        return value
    if found["whole"]:
        whole = {"url": exchanged.url, "method": exchanged.method, "statusCode": exchanged.status}
        return whole[found["whole"]]
    request = found["side"] == "request"
    if found["part"] is None:
        data = exchanged.body if request else exchanged.answered
        return pointers.walk(data, pointers.split(found["pointer"] or ""))
    if found["part"] == "header":
        headers = exchanged.headers if request else exchanged.answered_headers
        return {name.lower(): text for name, text in headers.items()}[found["name"].lower()]
    return (exchanged.path if found["part"] == "path" else exchanged.query)[found["name"]]
