"""Playwright traces as they may be kept: every text in them masked, whichever end they are of.

Owns what of a trace is text. What a mini-program and its driver say to each other is in none: those calls do not pass
Playwright. What a screen shows is, as in every screenshot, where pictures were recorded. Bodies of the network lie in
files whose names end as their media types have it, in .dat where they have none. What was typed into a secret or
personal field is taken out wherever it is told again, as in the log of the call. Where the test's files lie on this
machine (``.stacks``) is left out.
"""

from __future__ import annotations

import json
import re
import zipfile
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any

from harness.core.masking.digests import digest
from harness.core.masking.forms import mask_target
from harness.core.masking.markup import mask_field
from harness.core.masking.media import mask_body
from harness.core.masking.pairs import mask_text
from harness.core.masking.trace_pages import Pages
from harness.core.masking.values import mask

LINES = (".trace", ".network")
PATHS = ".stacks"
FONTS = (".woff", ".woff2", ".ttf", ".otf")
DRAWN = ("image/", "font/", "text/css")
ADDRESSES = frozenset({"url", "frameUrl", "href", "src", "action", "redirectURL"})
TYPES = MimeTypes()  # as Python has them: those of the machine differ
# How a selector calls its element: texts in quotes, ids, classes, names.
CALLED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|[#.\[=]([\w-]+)")
SHORTEST, SHORTEST_CHINESE = 4, 2
"""Characters of what is taken out wherever it stands; less stands in anything."""
# What is compared by programs only, such as the names of resources.
NAMES = frozenset({"sha1", "_sha1", "callId", "parentId", "pageId", "frameId"})


def mask_trace(raw: Path, masked: Path, *, bodies: bool = True) -> None:
    """Copy a trace, its texts masked; what is no text (pictures, fonts) is copied as it is.

    Without ``bodies``, of what came by the network only pictures, fonts and style sheets are copied: pages are drawn
    with them, and the recording proxies have the rest.
    """
    masking = _Masking()
    events: dict[str, list[Any]] = {}
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(masked, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename.endswith(LINES):
                text = source.read(entry).decode("utf-8", "replace")
                events[entry.filename] = [masking.line(line) for line in text.split("\n") if line]
        for entry in source.infolist():
            name = entry.filename
            if name in events:
                lines = (masking.again(event) for event in events[name])
                told = "".join(
                    f"{each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)}\n"
                    for each in lines
                )
                target.writestr(name, told.encode("utf-8", "replace"))
            elif not name.endswith(PATHS):
                kind = TYPES.guess_type(name)[0] or ""
                if bodies or kind.startswith(DRAWN) or name.endswith(FONTS):
                    target.writestr(name, mask_body(source.read(entry), kind))


class _Masking:
    """``typed``: what stood in secret and personal fields, and what stands for it."""

    def __init__(self) -> None:
        self.typed: dict[str, str] = {}
        self._pages = Pages(self.typed)

    def line(self, line: str) -> Any:
        """The event of a line, masked; text where it is none."""
        try:
            return self._event(json.loads(line))
        except ValueError:
            return mask_text(line)

    def _event(self, event: Any) -> Any:
        match event:
            case {"type": "frame-snapshot", "snapshot": {"html": html, **about}}:
                page = self._pages.mask(str(about.get("frameId")), html)
                return {**mask({**event, "snapshot": None}), "snapshot": {**mask(about), "html": page}}
            case {"method": "keyboardType", "params": {"text": str(text), **about}}:
                # Nothing says into which field.
                self._note(text, digest(text))
                return {**mask({**event, "params": None}), "params": {**mask(about), "text": digest(text)}}
            case {"params": {"selector": str(selector), **about}}:
                for key in ("value", "text"):
                    if isinstance(typed := about.get(key), str):
                        self._note(typed, _named(selector, typed))
        return mask(event)

    def _note(self, typed: str, shown: str) -> None:
        if typed != shown:
            self.typed[typed] = shown

    def again(self, value: Any, name: str = "") -> Any:
        """A masked event without what was typed elsewhere, and what addresses say."""
        if name in NAMES:
            return value
        if isinstance(value, str):
            return self._without(mask_target(value) if name in ADDRESSES else value)
        if isinstance(value, dict):
            return {key: self.again(each, key) for key, each in value.items()}
        return [self.again(each) for each in value] if isinstance(value, list) else value

    def _without(self, text: str) -> str:
        # Longest first: one may be a part of another.
        for typed, shown in sorted(self.typed.items(), key=lambda item: -len(item[0])):
            if text == typed:
                return shown
            if typed in text:
                text = text.replace(f'("{typed}")', f'("{shown}")')  # as the log tells a call
                text = text.replace(typed, shown) if _is_long(typed) else text
        return text


def _is_long(typed: str) -> bool:
    return len(typed) >= (SHORTEST if typed.isascii() else SHORTEST_CHINESE)


def _named(selector: str, typed: str) -> str:
    """What was typed, as it may be written where the selector says what it is."""
    for quoted, word in CALLED.findall(selector):
        if (shown := mask_field({"name": quoted or word}, typed)) != typed:
            return shown
    return typed
