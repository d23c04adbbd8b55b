"""Where a value that a page does not show was last recorded: in an answer to that very page, or on its way there.

That a page shows something else than it was answered is said only where it is sure: the last answer of its kind to the
person who looks came before the last look, holds what was expected, and holds nothing of what is shown instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.core.exchange import Exchange, Message
from harness.core.masking import digest, mask, mask_text
from harness.core.text import Text
from harness.linkage.stage import Stage
from harness.traffic.attribution import exchanges_of

HAD = Text(
    zh="{service} 的响应里有它（{request}，请求与响应 {id}）：页面显示的是别的内容",
    en="the answer of {service} had it ({request}, exchange {id}): the page shows something else",
)
LAST = Text(
    zh="最后在 {edge} 的 {request}（{status}，请求与响应 {id}）里记录到它",
    en="it was last recorded in {request} of {edge} ({status}, exchange {id})",
)
SHORT = (
    4  # characters: a value shorter than this stands in answers by chance, but in the fields it belongs in
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """``answered``: the page was given it. ``words`` say where it was."""

    answered: bool
    words: Text


def last_recorded(
    stage: Stage, platform: str, expected: Any, seen: Any, *, looked: float, fields: Sequence[str] = ()
) -> Recorded | None:
    """None where the record does not tell.

    ``looked``: when the page was last looked at, in monotonic seconds; ``fields``: those it belongs in.
    """
    if len(str(expected)) >= SHORT:
        fields = ()
    elif not fields:
        return None
    attributed = exchanges_of(stage.run.folder, stage.trace_id)
    exchanges = [each.whole(stage.run.folder) for each in attributed]
    about, service = stage.run.platforms.find(platform), stage.run.services.get(platform)
    if about is not None and about.has_screen:
        latest = {
            (each.method, each.path.partition("?")[0]): each
            for each, caused in zip(exchanges, attributed, strict=True)
            if (each.source, each.target, caused.actor) == (about.caller, service, stage.acting)
            and each.ended <= looked
        }
        for each in reversed(latest.values()):
            body = _json(each.response)
            if _holds(body, expected, fields) and not _holds(body, seen, fields):
                return Recorded(True, HAD.format(service=service, request=_request(each), id=each.id))
    held = [
        each
        for each in exchanges
        if any(_holds(_json(message), expected, fields) for message in (each.request, each.response))
    ]
    if not held:
        return None
    last = held[-1]
    status = Text(zh="无响应", en="no answer") if last.status is None else str(last.status)
    words = LAST.format(edge=last.edge, request=_request(last), status=status, id=last.id)
    return Recorded(False, words)


def _request(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.path.partition('?')[0]}"


def _json(message: Message | None) -> Any:
    try:
        return None if message is None else json.loads(message.body)
    except (ValueError, RecursionError):
        return None


def _holds(body: Any, value: Any, fields: Sequence[str]) -> bool:
    return any(_same(leaf, value, name) for name, leaf in _values(body) if not fields or name in fields)


def _values(body: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in a JSON value with the name of its field; of a list of objects, each field's values too."""
    yield name, body
    if isinstance(body, dict):
        for key, item in body.items():
            yield from _values(item, str(key))
    elif isinstance(body, list):
        for item in body:
            yield from _values(item, name)
        objects = [item for item in body if isinstance(item, dict)]
        for key in objects[0] if objects and len(objects) == len(body) else ():
            yield str(key), [item.get(key) for item in objects]


def _same(leaf: Any, value: Any, name: str) -> bool:
    """Whether it is the value, as it is recorded: masked, and a number perhaps as text."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value)
        written = (text, mask_text(text), str(mask(value, name=name)), digest(text))
        return isinstance(leaf, str | int | float) and str(leaf) in written
    if value is None or isinstance(value, bool):
        return value is not None and leaf is value
    return bool(leaf == (list(value) if isinstance(value, tuple) else value))
