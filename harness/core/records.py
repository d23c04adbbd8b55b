"""A YAML file that is a list of records, read into a pydantic model with file and line in every error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.parser_words import parser_words
from harness.core.text import Text
from harness.core.validation import ABSENT, MISSING, PLACED, UNKNOWN_KEY, first_invalid, unknown
from harness.core.yaml_core import CoreLoader, construct, require_bounded

M = TypeVar("M", bound=BaseModel)
NO_LIST = Text(
    zh="必须是由条目组成的列表，每条以 '- ' 开头", en="must be a list of entries, each beginning with '- '"
)
TWICE = Text(zh="{key} {name!r} 在这里重复出现", en="{key} {name!r} stands here a second time")
UNREADABLE = Text(zh="无法读取：{why}", en="cannot be read: {why}")
NO_YAML = Text(zh="不是 YAML：{why}", en="not YAML: {why}")
LARGEST = 10_000_000  # bytes; people write less
TOO_LARGE = Text(
    zh="不是文件，或者太大：{size} 字节，最多读取 {most} 字节",
    en="is no file, or too large: {size} bytes; at most {most} are read",
)
ENTRY = Text(zh="条目", en="entry")


def read_records(
    path: Path, model: type[M] | Callable[[Any], type[M]], *, key: str = "id", context: Any = None
) -> dict[str, M]:
    """The records of ``path`` by their ``key``; ``context`` is for the model's validators.

    ``model`` may be a function that chooses the model of a record by its data.
    Errors: UsageError with file, line and nearest key.
    """
    root = compose(path)
    if not isinstance(root, yaml.SequenceNode):
        raise UsageError(NO_LIST, where=f"{path}:1")
    records: dict[str, M] = {}
    for node in root.value:
        where = f"{path}:{node.start_mark.line + 1}"
        data = construct(node)
        kind: type[M] = model if isinstance(model, type) else model(data)
        try:
            record = kind.model_validate(data, context=context)
        except ValidationError as error:
            raise _explain(error, kind, path, node) from None
        name = str(getattr(record, key))
        if name in records:
            raise UsageError(TWICE.format(key=key, name=name), where=where)
        records[name] = record
    return records


def compose(path: Path) -> yaml.Node | None:
    """The YAML nodes of a file, which know their lines; None for an empty one. UsageError with file and line."""
    try:
        if (size := path.stat().st_size) > LARGEST or not path.is_file():
            raise UsageError(TOO_LARGE.format(size=size, most=LARGEST), where=str(path))
        root: yaml.Node | None = yaml.compose(path.read_text(encoding="utf-8"), Loader=CoreLoader)
        require_bounded(root)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(UNREADABLE.format(why=error), where=str(path)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(
            NO_YAML.format(why=parser_words(str(error.problem))), where=f"{path}:{line}"
        ) from None
    return root


def _explain(error: ValidationError, model: type[BaseModel], path: Path, node: yaml.Node) -> UsageError:
    first = first_invalid(error)
    where = f"{path}:{line_of(node, first.keys)}"
    if first.kind == UNKNOWN_KEY:
        near = nearest(first.keys[-1], model.model_fields)
        said = unknown(first.place, near, model.model_fields if len(first.keys) <= 1 else ())
        return UsageError(said, where=where, nearest=near)
    if first.kind == MISSING:
        return UsageError(ABSENT.format(key=first.place), where=where)
    return UsageError(
        first.text if first.keys else PLACED.format(place=ENTRY, what=first.message), where=where
    )


def line_of(node: yaml.Node, keys: tuple[str, ...]) -> int:
    """The line of the key a problem is about, or of the entry where there is none."""
    line = node.start_mark.line
    for token in keys:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == token]
            if not found:
                break
            line, node = found[0][0].start_mark.line, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
            node = node.value[int(token)]
            line = node.start_mark.line
        else:
            break
    return line + 1
