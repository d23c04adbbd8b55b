"""A make that was refused as a conflict (409): which of its texts had been sent before, and what to write."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import Any

from harness.api.client import Request
from harness.contracts import Operation, pointers
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.participants.leaves import leaves
from harness.linkage.participants.unique import given

CONFLICT = 409
SHOWN = 3
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
KEYS = frozenset("barcode code guid id key no num number phone sku sn uid uuid".split())
SENT_BEFORE = Text(
    zh="{refused}；之前已发送过 {sent}：如果这个值不能重复，请在 make 中写 body: {body}",
    en="{refused}; {sent} had been sent before: where nobody may have it twice, write body: {body} in 'make'",
)
SENT_ONCE = Text(zh="{refused}；本次运行只发送过一次 {sent}", en="{refused}; this run sent {sent} only once")
_sent: Counter[tuple[str, str, str, str]] = Counter()
_counting = threading.Lock()


def note(service: str, operation: Operation, request: Request) -> None:
    """Remember the texts of a make."""
    with _counting:
        _sent.update((service, operation.pointer, *text) for text in _texts(operation, request))


def in_words(
    refused: Text, service: str, operation: Operation, request: Request, said: Any, answer: str
) -> Text:
    """``refused`` with the texts that the answer names, else those called like a key: a conflict may be about others,
    such as a stock that is used up. ``said``: the body in the contract, in which what it takes of other records stands.
    """
    texts = [text for text in _texts(operation, request) if "$" not in str(translate.at(said, text[0]))]
    named = [(place, value) for place, value in texts if value in answer or _name(place) in answer]
    before = [text for text in texts if _sent[service, operation.pointer, *text] > 1]
    meant = [text for text in before if (text in named if named else _is_key(text[0]))]
    if meant:
        body = ", ".join(_body(place) for place, _ in meant[:SHOWN])
        return SENT_BEFORE.format(refused=refused, sent=_shown(meant), body=f"{{{body}}}")
    return SENT_ONCE.format(refused=refused, sent=_shown(named)) if named else refused


def _texts(operation: Operation, request: Request) -> list[tuple[str, str]]:
    """The texts of a body that are not of few values, by pointer."""
    return [
        (place, value)
        for place, value in leaves(request.body)
        if isinstance(value, str) and value and given(operation, place) == place
    ]


def _shown(texts: list[tuple[str, str]]) -> str:
    return ", ".join(f"{place.removeprefix('/')} = {value!r}" for place, value in texts[:SHOWN])


def _body(place: str) -> str:
    """``/item/sku`` as it is written in YAML."""
    *above, last = pointers.split(place)
    text = f"{last}: $unique"
    for name in reversed(above):
        text = f"{name}: {{{text}}}"
    return text


def _is_key(place: str) -> bool:
    found = WORD.findall(_name(place))
    return bool(found) and found[-1].lower() in KEYS


def _name(place: str) -> str:
    return place.rpartition("/")[2]
