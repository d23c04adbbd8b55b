"""What is left of names that were given up: ``python scripts/old_names.py``.

``GIVEN_UP`` says what is called otherwise now. Looked at are names that are defined: files, classes, functions,
attributes, and what users write (commands, test ids, settings). What is left needs a reason in ``KEPT``; a
reason for what is no longer there is as wrong as a name without one (exit code 1 for either).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class OldName:
    """A name given up. ``pattern`` matches a defined name whole; ``text`` is looked for in all text instead."""

    pattern: str
    now: str
    text: bool = False


GIVEN_UP = (
    OldName(r"others|\[others\]", "object_level_authorization"),
    OldName(r"\[others\]", "[object_level_authorization]", text=True),
    OldName(r"probes|Recipe", "refusals, RefusalRecipe"),
    OldName(r"trial|Trial|taken|_looked", "declared_check, accepted_requests, _problems_of"),
    OldName(r"marks|neighbours", "schema_extensions, other_documents"),
    OldName(r"aftermath", "after_scenario"),
    OldName(r"objects|Objects|sample\.py|case\.py", "known_ids, valid_requests, replay"),
    OldName(r"Door|_?Tenant|Surroundings|Life", "Listener, OpenApp, HostContext, Liveness"),
    OldName(r"_?told|_?touched|_?fetched|_?heard", "on_message, on_touch, …"),
    OldName(r"whereabouts|carrier|Carrier|streams|Streams", "source_locations, page_requests, open_streams"),
    OldName(r"harness/simulator/.*Person", "WeChatUser"),
    OldName(r"ends", "platforms: a declared list"),
    OldName(r"mini_programs?|mini_apps?|MiniApp", "miniprogram"),
    OldName(
        r"--mini-program\b|fixture .mini_app|simulator conformance\b",
        "--miniprogram, check-endpoint",
        text=True,
    ),
    OldName(r"world|world_file|World|setWorld", "device_state; world is what goes wrong between services"),
    OldName(r"systems", "processes"),
    OldName(r"harness\.systems|scenarios_failed", "harness.processes, tests_failed", text=True),
    OldName(
        r"rows|rigs|LIES|market|shelf|lockers|showroom",
        "minium_methods, support, MUTATED_HANDLERS, backend_*, app_*",
    ),
)
SUBJECT = "the subject of a small contract; its server and its fixtures are called backend_…"
FAULT_INJECTION = "fault injection in scenarios, for which the name was kept free"
KEPT = {
    "harness/config/settings.py: ends": "a word of the term list: the platforms that people use",
    "benchmarks/simulator_many.py: rows": "the rows of a list that is drawn",
    "harness/platforms/pages.py: rows": "the rows of a list or table on a page",
    "harness/automator/endpoint_checks/checks/errors.py: objects": "a check: errors that are objects",
    "tests/fixture_contracts/lockers.yaml: lockers": SUBJECT,
    "tests/fixture_contracts/backend_lockers.py: lockers": SUBJECT,
    "tests/fixture_contracts/market.yaml: market": SUBJECT,
    "tests/fixture_contracts/backend_market.py: market": SUBJECT,
    "harness/linkage/world.py: world": FAULT_INJECTION,
    "harness/linkage/world.py: World": FAULT_INJECTION,
    "harness/plugin/fixtures.py: world": FAULT_INJECTION,
    "harness/runs/world.py: world": FAULT_INJECTION,
    "tests/linkage/test_world.py: world": FAULT_INJECTION,
    "tests/fixture_contracts/shelf.yaml: shelf": SUBJECT,
    "tests/fixture_contracts/backend_shelf.py: shelf": SUBJECT,
}


def defined(path: Path) -> Iterator[str]:
    """The names a Python file defines, its own without the ending included; local variables are not."""
    yield path.stem
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def left() -> dict[str, str]:
    """``{"file: name": what it is called now}``."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, str] = {}
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path == Path(__file__).resolve() or name.startswith("CHANGELOG") or not path.is_file():
            continue
        folders = set(Path(name).parent.parts)
        names = folders | (set(defined(path)) if path.suffix == ".py" else {path.stem})
        text = path.read_text(encoding="utf-8", errors="replace")
        for old in GIVEN_UP:
            if old.text:
                hits = set(re.findall(old.pattern, text))
            else:
                hits = {each for each in names if re.fullmatch(old.pattern, each)}
            found |= {f"{name}: {hit}": old.now for hit in hits}
    return found


def main() -> int:
    found, code = left(), 0
    for place, now in sorted(found.items()):
        reason = KEPT.get(place)
        print(f"{place} ({now})\n    {reason or 'NO REASON'}")
        code |= reason is None
    for place in sorted(KEPT.keys() - found.keys()):
        print(f"{place}\n    no longer there: take its reason out")
        code = 1
    print(f"{len(found)} old names left, {len(found.keys() & KEPT.keys())} of them with a reason")
    return code


if __name__ == "__main__":
    sys.exit(main())
