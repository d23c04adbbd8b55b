"""What a check says: one violation, in words and in JSON, with values masked and short."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from harness.contracts.contract import Operation
from harness.core.masking import mask, mask_text
from harness.core.text import Text, text_of

LONGEST = 120
TYPED = Text(zh="{value}（{type}）", en="{value} ({type})")
NOTHING = Text(zh="没有", en="nothing")
MESSAGE = Text(
    zh="{subject}：{where} 应为 {expected}，实际为 {seen}",
    en="{subject}: {where}: expected {expected}, got {seen}",
)

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

    ``subject`` is the exchange, ``pointer`` the place in the contract (``shared.yaml#/components/…/type``),
    ``where`` the place in the exchange (``response.body/points``); ``expected`` and ``seen`` are words, masked
    and trimmed. ``at`` is the field of the body, ``*`` for any entry of a list (``/items/*/price``), also of one
    that is missing or not declared; None of anything but a field.
    """

    code: Code
    subject: str
    pointer: str
    where: str
    expected: Text
    seen: Text
    at: str | None = None

    @property
    def message(self) -> Text:
        return MESSAGE.format(subject=self.subject, where=self.where, expected=self.expected, seen=self.seen)

    @property
    def found(self) -> Text:
        """What was seen and where: ``response.body/points: "12"``, ``nothing at response.headers/Set-Cookie``."""
        # A header's name before its value is how secrets are known: 'nothing' would be taken for one.
        if self.seen == NOTHING:
            return Text(zh="{where} 处没有", en="nothing at {where}").format(where=self.where)
        return self.seen.map(lambda seen: f"{self.where}: {seen}")

    def to_json(self) -> dict[str, Any]:
        texts = {"expected": self.expected, "seen": self.seen, "message": self.message}
        return {
            "code": self.code,
            "pointer": self.pointer,
            "where": self.where,
            "at": self.at,
            **{name: text.to_json() for name, text in texts.items()},
        }


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A part of an exchange that nobody can judge: which, and why (``response.body: …``)."""

    words: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """An exchange, judged. ``operation`` is None where the contract has none for it; ``meant`` is the status
    that the answer's envelope means, None where it has none; ``unchecked`` are the parts that were not judged.
    """

    operation: Operation | None
    violations: tuple[Violation, ...]
    meant: int | None = None
    unchecked: tuple[Unchecked, ...] = ()

    @property
    def template(self) -> str:
        """The path of its operation: what the parameters in that of the exchange are called."""
        return self.operation.path if self.operation is not None else ""


def violation(
    code: Code,
    pointer: str,
    where: str,
    expected: Text | str,
    seen: Any,
    *,
    subject: str,
    name: str = "",
    type: Text | None = None,
    at: str | None = None,
) -> Violation:
    """``seen`` is the raw value, or a text that describes it; ``name`` its field, by which secrets are known.

    ``type`` is that of the value, where the value alone does not show it.
    """
    described = seen.map(_short) if isinstance(seen, Text) else text_of(show(seen, name=name))
    if type is not None:
        described = TYPED.format(value=described, type=type)
    return Violation(code, subject, pointer, where, text_of(expected).map(_short), described, at)


def show(value: Any, *, name: str = "") -> str:
    """A value as a reader may see it."""
    return trim(json.dumps(mask(value, name=name), ensure_ascii=False, default=str))


def one_of(names: Iterable[str]) -> Text:
    """``string or null``."""
    names = list(names)
    return Text(zh=" 或 ".join(names), en=" or ".join(names))


def trim(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _short(text: str) -> str:
    return trim(mask_text(text))
