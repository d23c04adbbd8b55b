"""What allure-pytest wrote into the folder of a run: a result per test, containers of fixtures, attachments.

Owns how these files are found and read; nothing is changed in them. The models are those of Allure 2,
https://github.com/allure-framework/allure-python (``allure_commons.model2``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

FOLDER = "allure-results"
TEST_LABEL = "harnessTest"
"""Label with the node id, which the plugin gives to every result: titles may be anybody's, and Allure's full
name leaves out what stands in brackets."""

Item: TypeAlias = dict[str, Any]  # a result, a fixture or a step


@dataclass(frozen=True, slots=True)
class RawResults:
    """The files of one run; results and containers by the name of their file."""

    results: dict[str, Item]
    containers: dict[str, Item]
    others: tuple[Path, ...]  # attachments, and what was said of the whole session

    @staticmethod
    def read(run_folder: Path) -> RawResults:
        folder = run_folder / FOLDER
        return RawResults(
            dict(_documents(folder, "*-result.json")),
            dict(_documents(folder, "*-container.json")),
            (*sorted(folder.glob("*-attachment*")), *sorted(folder.glob("*-globals.json"))),
        )


def test_of(result: Item) -> str:
    """The node id a result is about; "" where it is no test of the run."""
    return label(result, TEST_LABEL)


def label(result: Item, name: str) -> str:
    """The first label of this name; "" where there is none."""
    return next((str(each.get("value")) for each in labels(result) if each.get("name") == name), "")


def labels(result: Item) -> list[dict[str, Any]]:
    return list(result.get("labels") or ())


def steps(item: Item) -> list[Item]:
    return list(item.get("steps") or ())


def attachments(item: Item) -> list[dict[str, Any]]:
    return list(item.get("attachments") or ())


def _documents(folder: Path, pattern: str) -> Iterator[tuple[str, Item]]:
    """Those that can be read; one cut off by a kill is left out, its test is told from events instead."""
    for path in sorted(folder.glob(pattern)):
        try:
            yield path.name, json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
