"""What a check says: one violation, in words and in JSON, with values masked and short."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from harness.contracts.contract import Operation
from harness.core.masking import mask, mask_text

LONGEST = 120
NOTHING = "nothing"

Code = Literal[
    "undocumented-status",
    "undocumented-content-type",
    "response-body",
    "request-body",
    "request-parameter",
    "response-header",
    "envelope",
]

# The check that a violation of each kind of an answer is a finding of, by schemathesis' names.
CHECKS: dict[str, str] = {
    "undocumented-status": "status_code_conformance",
    "undocumented-content-type": "content_type_conformance",
    "response-header": "response_headers_conformance",
    "response-body": "response_schema_conformance",
    "envelope": "envelope_conformance",
}


def identity_of(operation: str, check: str, pointer: str, key: str = "") -> str:
    """What a finding is called in every run: ``operation check pointer key``, the first and third being places in
    the contract; the key only where the pointer is too wide.
    """
    return " ".join(filter(None, (operation, check, pointer, " ".join(key.split()))))


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an exchange breaks its contract.

    ``pointer`` is the place in the contract (``shared.yaml#/components/…/type``), ``where`` the
    place in the exchange (``response.body/points``); ``expected`` and ``seen`` are words, masked and trimmed.
    """

    code: Code
    pointer: str
    where: str
    expected: str
    seen: str
    message: str

    @property
    def found(self) -> str:
        """What was seen and where: ``response.body/points: "12"``, ``nothing at response.headers/Set-Cookie``."""
        # A header's name before its value is how secrets are known: 'nothing' would be taken for one.
        return f"nothing at {self.where}" if self.seen == NOTHING else f"{self.where}: {self.seen}"

    def to_json(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Checked:
    """An exchange, judged. ``operation`` is None where the contract has none for it; ``meant`` is the status
    that the answer's envelope means, None where it has none.
    """

    operation: Operation | None
    violations: tuple[Violation, ...]
    meant: int | None = None


def violation(
    code: Code, pointer: str, where: str, expected: str, seen: Any, *, subject: str, name: str = ""
) -> Violation:
    """``seen`` is the raw value; ``name`` its field, by which secrets are known; ``subject`` the exchange."""
    shown = show(seen, name=name)
    expected = trim(mask_text(expected))
    return Violation(
        code, pointer, where, expected, shown, f"{subject}: {where}: expected {expected}, got {shown}"
    )


def show(value: Any, *, name: str = "") -> str:
    """A value as a reader may see it."""
    if isinstance(value, _Words):  # ours: no name makes it a secret
        return trim(mask_text(value))
    return trim(json.dumps(mask(value, name=name), ensure_ascii=False, default=str))


def trim(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class _Words(str):
    """Text that is a description, not a value: shown without quotes."""


def words(text: str) -> str:
    return _Words(text)
