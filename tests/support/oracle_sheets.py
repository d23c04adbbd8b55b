"""Style sheets laid before both compilers: probes and all sheets of the libraries, in one normal form."""

from __future__ import annotations

import codecs
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from tests.support.libraries import LIBRARIES, library
from tests.support.oracle import PREFIX, Oracle, rpx
from tests.support.oracle_cases import FOLDER

IMPORT = re.compile(r"@import\s+(?:url\(\s*)?[\"']?([^\"');]+)")
STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
#: The official compiler puts these rules into another sheet, under the component's path.
HOST_RULE = re.compile(r"\[(?:wx-host|is)=\"[^\"]*\"\]([^{}]*\{[^{}]*\})")
HOSTS = re.compile(r"return rewritor;\\n\}\\nsetCssToHead\((\[.*?\])\)\(\);", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    files: Mapping[str, str]
    path: str = "index.wxss"


def sheet_cases() -> Iterator[Sheet]:
    for name, case in yaml.safe_load((FOLDER / "sheets.yaml").read_text("utf-8"))["cases"].items():
        case = case if isinstance(case, dict) else {"wxss": case}
        yield Sheet(f"sheets/{name}", {"index.wxss": case["wxss"], **case.get("files", {})})


def library_sheets() -> Iterator[Sheet]:
    for name in LIBRARIES:
        root = library(name)
        paths = sorted(root.rglob("*.wxss"))
        files = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}
        for path in files:
            yield Sheet(f"{name}/{path}", _closure(path, files), path)


def sheet_difference(both: Oracle, sheet: Sheet) -> str | None:
    """Where the two compilers' CSS parts, or None."""
    good, official = both.official.wxss(sheet.files, sheet.path)
    if not good:
        return f"official: {official.strip()}"
    hosts = HOSTS.search(both.official.component_wxss(sheet.files, sheet.path))
    theirs = (normal(official), normal(_assembled(hosts[1]) if hosts else ""))
    ours = normal(both.sheet(sheet.files, sheet.path))
    mine = (HOST_RULE.sub("", ours), "".join(match[0] for match in HOST_RULE.finditer(ours)))
    for one, other in zip(mine, theirs, strict=True):
        one, other = HOST_RULE.sub(r":host\1", one), HOST_RULE.sub(r":host\1", other)
        if one != other:
            at = next((i for i, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), -1)
            at = min(len(one), len(other)) if at < 0 else at
            start = max(0, at - 30)
            return f"ours …{one[start : at + 60]!r}, official …{other[start : at + 60]!r}"
    return None


def normal(css: str) -> str:
    """Without comments, spaces that say nothing, and semicolons that end nothing; strings as they are."""
    strings: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        if match[0].startswith("/*"):
            return " "
        strings.append(match[0][1:-1])
        return f"\0{len(strings) - 1}\0"

    text = re.sub(f"{STRING}|/\\*.*?\\*/", put_aside, css, flags=re.DOTALL)
    text = re.sub(r"\s*([{}:;,>+~()!])\s*", r"\1", re.sub(r"\s+", " ", text))
    text = re.sub(r";+", ";", text).replace(";}", "}").replace("{;", "{").replace("};", "}").strip()
    return re.sub("\0(\\d+)\0", lambda match: f'"{strings[int(match[1])]}"', text)


def _assembled(source: str) -> str:
    """The pieces of a compiled sheet as one text: strings, ``[0, rpx]``, ``[1]`` for the class prefix."""
    array = json.loads(codecs.decode(source, "unicode_escape").replace(",]", "]").replace("\\x", "\\u00"))
    texts = []
    for piece in array:
        if isinstance(piece, str):
            texts.append(piece)
        else:
            texts.append(f"{rpx(piece[1])}px" if piece[0] == 0 else f"{PREFIX}--")
    return "".join(texts)


def _closure(path: str, files: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = [path]
    while waiting:
        name = waiting.pop()
        if name in found or name not in files:
            continue
        found[name] = files[name]
        base = posixpath.dirname(name)
        waiting += [
            posixpath.normpath(posixpath.join(base, target)) for target in IMPORT.findall(files[name])
        ]
    return found
