"""One YAML or JSON file: its data as JSON values and the line of every place in it.

One compose pass of the YAML parser gives both. Scalars are read by the YAML 1.2 core schema, as OpenAPI asks
(section *Format*): ``yes`` and ``2020-01-01`` are text, keys are text. What the data means is not known here;
formats that are not OpenAPI 3 are converted (``formats``), and ``data`` is the converted document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from harness.contracts import pointers
from harness.contracts.formats import convert
from harness.core.errors import UsageError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXT, MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"

_RESOLVER: Any = yaml.resolver.Resolver()
_CORE: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"(?:|~|null|Null|NULL)\Z"), lambda _: None),
    (re.compile(r"(?:true|True|TRUE)\Z"), lambda _: True),
    (re.compile(r"(?:false|False|FALSE)\Z"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+\Z"), int),
    (re.compile(r"0o[0-7]+\Z"), lambda text: int(text[2:], 8)),
    (re.compile(r"0x[0-9a-fA-F]+\Z"), lambda text: int(text[2:], 16)),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z"), float),
)


class Source:
    """A parsed file. ``name`` is how reports call it (a path relative to the contract's folder)."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise UsageError("no such contract document", where=str(path), nearest=_sibling(path)) from None
        except IsADirectoryError:
            raise UsageError("is a folder, not a contract document", where=str(path)) from None
        except UnicodeDecodeError as error:
            raise UsageError(f"not UTF-8 text: {error.reason}", where=str(path)) from None
        self._root: yaml.Node | None = None
        if path.suffix.lower() == ".json":
            self.data: Any = self._json(text)
        else:
            self._root = self._compose(text)
            self.data = None if self._root is None else self._construct(self._root, set())
        try:
            self._converted = convert(self.data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UsageError(f"cannot be converted to OpenAPI 3: {error!r}", where=str(path)) from None
        if self._converted is not None:
            self.data = self._converted.data

    def origin(self, pointer: str) -> str:
        """The place in the file that a place in ``data`` comes from; they differ where it was converted."""
        return pointer if self._converted is None else self._converted.origin(pointer)

    def line(self, pointer: str) -> int | None:
        """The line (from 1) of the place, or of its nearest parent that exists."""
        node, line = self._root, 1
        for token in pointers.split(self.origin(pointer)):
            if isinstance(node, yaml.MappingNode):
                pairs = [(key, value) for key, value in node.value if key.value == token]
                if not pairs:
                    break
                line, node = pairs[-1][0].start_mark.line + 1, pairs[-1][1]
            elif isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
                node = node.value[int(token)]
                line = node.start_mark.line + 1
            else:
                break
        return line if self._root is not None else None

    def where(self, pointer: str = "") -> str:
        """``file:line`` of a place, for an error."""
        line = self.line(pointer)
        return str(self.path) if line is None else f"{self.path}:{line}"

    def _compose(self, text: str) -> yaml.Node | None:
        try:
            root: yaml.Node | None = yaml.compose(text, Loader=LOADER)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error).splitlines()[0]
            where = f"{self.path}:{mark.line + 1}" if mark else str(self.path)
            raise UsageError(f"not YAML: {problem}", where=where) from None
        return root

    def _json(self, text: str) -> Any:
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise UsageError(f"not JSON: {error.msg}", where=f"{self.path}:{error.lineno}") from None
        try:
            self._root = yaml.compose(text.replace("\t", " "), Loader=LOADER)
        except yaml.YAMLError:
            self._root = None  # JSON that is not YAML (surrogate pairs); only the lines are lost
        return data

    def _construct(self, node: yaml.Node, within: set[int]) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in within:
            raise self._refuse("an alias contains itself", node)
        within.add(id(node))
        value: Any
        if isinstance(node, yaml.SequenceNode):
            value = [self._construct(item, within) for item in node.value]
        else:
            value = self._mapping(node, within)
        within.discard(id(node))
        return value

    def _mapping(self, node: yaml.Node, within: set[int]) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._refuse("a key must be text", key)
            if key.tag == MERGE and not key.style:
                parts = item.value if isinstance(item, yaml.SequenceNode) else [item]
                for part in reversed(parts):
                    if not isinstance(part, yaml.MappingNode):
                        raise self._refuse("only a mapping can be merged with '<<'", part)
                    merged |= self._construct(part, within)
            elif key.value in own:
                raise self._refuse(f"the key {key.value!r} stands here twice", key)
            else:
                own[key.value] = self._construct(item, within)
        return merged | own

    @staticmethod
    def _scalar(node: yaml.ScalarNode) -> Any:
        text: str = node.value
        asked = node.tag == TEXT and _implicit_tag(text) != TEXT  # "!!str 5"
        if not node.style and not asked:
            for pattern, convert in _CORE:
                if pattern.match(text):
                    return convert(text)
        return text

    def _refuse(self, message: str, node: yaml.Node) -> UsageError:
        return UsageError(message, where=f"{self.path}:{node.start_mark.line + 1}")


def _implicit_tag(text: str) -> str:
    """The tag the YAML 1.1 parser gives plain text of its own accord."""
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    return tag


def _sibling(path: Path) -> str | None:
    names = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    return next(iter(get_close_matches(path.name, names, n=1)), None)
