"""What is laid before both compilers: the cases of ``tests/oracle/cases`` and two libraries' templates.

Owns the three data sets of each: what it is written for, nothing at all (a library's: the defaults), and
values of types nobody expects.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.support.libraries import library
from tests.support.oracle import Case, Oracle

FOLDER = Path(__file__).resolve().parent.parent / "oracle"
WRAPPER = "every-template"
REFERENCE = re.compile(
    r"<(?:import|include|wxs)\b[^>]*?\bsrc\s*=\s*[\"']([^\"']+)|\brequire\s*\(\s*[\"']([^\"']+)"
)
TEMPLATE = re.compile(r"<template\s[^>]*?\bname\s*=\s*[\"']([^\"']+)")
MUSTACHE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
IDENTIFIER = re.compile(r"(?<![.\w$'\"-])[A-Za-z_$][\w$]*(?!\w*['\":])")
DATE = re.compile("date$", re.IGNORECASE)
RECORD = {"label": "标签", "value": "v", "text": "文字", "title": "题", "name": "n", "id": 1, "icon": "star"}
FILLED: dict[str, Any] = {
    "Number": 3,
    "Boolean": True,
    "Array": [RECORD, {**RECORD, "id": 2, "disabled": True, "children": [RECORD]}],
    "Object": {**RECORD, "children": [RECORD]},
}


def all_cases() -> Iterator[Case]:
    for file in sorted((FOLDER / "cases").glob("*.yaml")):
        family = yaml.safe_load(file.read_text("utf-8"))
        for name, case in family["cases"].items():
            case = case if isinstance(case, dict) else {"wxml": case}
            full = case.get("data", family.get("data", {}))
            files = {"index.wxml": case["wxml"], **case.get("files", {})}
            yield Case(f"{file.stem}/{name}", files, (full, {}, odd(full)))


def odd(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _odd(value) for name, value in data.items()}


def _odd(value: Any) -> Any:
    match value:
        case bool():
            return None
        case None:
            return "null"
        case int() | float():
            return "12px"
        case str():
            return 0
        case list():
            return {"first": value[0] if value else None}
        case _:
            return [value]


def library_templates(name: str, oracle: Oracle) -> Iterator[Case]:
    root = library(name)
    files = {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in (".wxml", ".wxs", ".js", ".json")
    }
    paths = [file.removesuffix(".wxml") for file in files if file.endswith(".wxml")]
    declared = oracle.definitions(files, [path for path in paths if f"{path}.js" in files])
    for path in paths:
        closed = _closure(f"{path}.wxml", files)
        sets = _sets(declared.get(path, {"properties": {}, "data": {}}), closed)
        yield Case(f"{name}/{path}", closed, sets, path)
        if templates := TEMPLATE.findall(files[f"{path}.wxml"]):
            uses = [f'<template is="{one}" data="{{{{...all}}}}"/>' for one in templates]
            source = f'<import src="/{path}.wxml"/>' + "\n".join(uses)
            wrapped = tuple({"all": data} for data in sets)
            yield Case(f"{name}/{path}#templates", {f"{WRAPPER}.wxml": source, **closed}, wrapped, WRAPPER)


def _closure(file: str, files: Mapping[str, str]) -> dict[str, str]:
    """The file and all it refers to; what is not there is left to the compilers."""
    found: dict[str, str] = {}
    waiting = [file]
    while waiting:
        name = waiting.pop()
        if name in found or name not in files:
            continue
        found[name] = files[name]
        for match in REFERENCE.finditer(files[name]):
            target = match[1] or match[2]
            base = "" if target.startswith("/") else posixpath.dirname(name)
            path = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
            waiting += [path, f"{path}.wxml"]
    return found


def _sets(declared: Mapping[str, Any], files: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    properties = declared["properties"]
    empty = {"Number": 0, "Boolean": False, "Array": [], "Object": None, "String": ""}
    defaults = {
        **_known(declared["data"]),
        **{name: empty.get(one["type"]) for name, one in properties.items()},
        **_known({name: one["value"] for name, one in properties.items()}),
    }
    filled = {
        **{name: f"{name}值" for name in _identifiers(files) if name not in defaults},
        **defaults,
        **{name: FILLED.get(one["type"], f"{name}值") for name, one in properties.items()},
    }
    # Always real ones: Vant's calendar counts months from one to another, and has no end for what is none.
    dates = {name: 1577836800000 + i * 86400000 for i, name in enumerate(filled) if DATE.search(name)}
    return {**defaults, **dates}, {**filled, **dates}, {**odd(filled), **dates}


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    """Values JSON has words for."""
    return {name: value for name, value in data.items() if not (isinstance(value, dict) and "$" in value)}


def _identifiers(files: Mapping[str, str]) -> list[str]:
    words = (
        word
        for name, source in files.items()
        if name.endswith(".wxml")
        for mustache in MUSTACHE.findall(source)
        for word in IDENTIFIER.findall(mustache)
    )
    scripts = re.findall(r"<wxs\b[^>]*\bmodule\s*=\s*[\"']([^\"']+)", "".join(files.values()))
    language = {"true", "false", "null", "undefined", "item", "index", *scripts}
    return sorted(set(words) - language)
