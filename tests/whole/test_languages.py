"""Every text for people is in one language: found in the source, since no run shows all of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.languages import chinese, english

ROOT = Path(__file__).parents[2]
FILES = [file for file in sorted((ROOT / "harness").rglob("*.py")) if "node_modules" not in file.parts]
PAIRS = ("Text", "words")


def subclasses(base: str) -> set[str]:
    """The names of all classes of ours that derive from one."""
    own = {
        node.name: {each.id for each in node.bases if isinstance(each, ast.Name)}
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    found: set[str] = set()
    while more := {name for name, bases in own.items() if bases & {base, *found}} - found:
        found |= more
    return found


# What a report shows of these calls, by keyword or place; text that is no pair is a value, not a sentence.
SHOWN = {
    "Evidence": ("expected", "seen", "step", "notes"),
    "note": ("title", "expected", "seen"),
    "violation": ("expected", "seen"),
    "Problem": ("title", "expected", "seen"),
    "NotRun": (),
    "skip": (),
}
PLACES = {"NotRun": (0,), "skip": (0,), "note": (1,), "violation": (3, 4), "Problem": (1, 2, 3)}
# What says that something is broken: its words stand in verdicts, in gate.md and on the terminal.
BROKEN = {"BrokenError", "NotRun"} | subclasses("BrokenError") - {"ProtocolError"} - subclasses(
    "ProtocolError"
)
# Where that is said in English only, and why. UsageError and ProtocolError are left as well: a line about wrong input
# names file, line and key, and the automation protocol's own errors are in English.
ENGLISH_ONLY = {
    "harness/simulator/": "another process: its answers and log lines are quoted as they are",
    "harness/traffic/__main__.py": "another process: the last lines of its log",
    "harness/automator/endpoint_checks/": "harness simulator check-endpoint is in English throughout",
    "harness/runs/fault_switch.py": "harness faults is in English throughout",
    "harness/runs/warm_proof.py": "harness faults is in English throughout",
    "harness/runs/linkage.py": "harness linkage is in English throughout",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def literal(node: ast.AST) -> str:
    """The literal text of an expression, ``_`` in the place of values."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or "_" for part in node.values)
    if isinstance(node, ast.BinOp):
        return literal(node.left) + literal(node.right)
    if isinstance(node, ast.IfExp):
        return f"{literal(node.body)} _ {literal(node.orelse)}"
    return ""


def arguments(name: str, call: ast.Call) -> Iterator[ast.expr]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    yield from (given[key] for key in SHOWN[name] if key in given)
    yield from (call.args[place] for place in PLACES.get(name, ()) if place < len(call.args))


def pair(call: ast.Call) -> tuple[str, str]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    sides = dict(zip(("zh", "en"), call.args, strict=False)) | given
    return tuple(literal(sides[side]) if side in sides else "" for side in ("zh", "en"))  # type: ignore[return-value]


def mixed(tree: ast.AST) -> Iterator[str]:
    for name, call in calls(tree):
        if name in PAIRS:
            zh, en = pair(call)
            if (found := english(zh)) or (found := chinese(en)):
                yield f"{call.lineno}: {found!r} is in the other language"
        elif name in SHOWN:
            for argument in arguments(name, call):
                inside = argument.elts if isinstance(argument, ast.Tuple) else [argument]
                for each in inside:
                    if found := english(literal(each), words=2):
                        yield f"{call.lineno}: {found!r} is in English only"


def broken_in_english(tree: ast.AST) -> Iterator[str]:
    """What is called broken in English only: literals, and names that stand for one in the same function."""
    for function in [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]:
        known = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for name, call in calls(function):
            if name in BROKEN:
                given = [*call.args, *(each.value for each in call.keywords if each.arg == "how")]
                for each in given:
                    said = known.get(each.id, each) if isinstance(each, ast.Name) else each
                    if found := english(literal(said), words=2):
                        yield f"{call.lineno}: {found!r} is in English only"


def test_what_is_broken_is_said_in_both_languages() -> None:
    files = {path: path.relative_to(ROOT).as_posix() for path in FILES}
    found = {
        f"{name}:{problem}"
        for path, name in files.items()
        if not name.startswith(tuple(ENGLISH_ONLY))
        for problem in broken_in_english(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert sorted(found) == []


def test_nothing_is_left_out_in_vain() -> None:
    for place in ENGLISH_ONLY:
        files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
        trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
        assert any(list(broken_in_english(tree)) for tree in trees), place


@pytest.mark.parametrize(
    "source",
    [
        "def f(): raise BrokenError(f'{x} cannot be started: {y}')",
        "def f(): raise NoAnswer('no answer to it', lasting=True)",
        "def f(): raise ProcessDied(NAME, how='it is gone')",
        "def f():\n  words = f'the run of {x} ended'\n  raise errors.Timeout(words)",
    ],
)
def test_english_alone_is_found(source: str) -> None:
    assert list(broken_in_english(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "def f(): raise BrokenError(Text(zh='无法启动', en='it cannot be started'))",
        "def f(): raise BrokenError(f'{type(error).__name__}: {error}')",
        "def f(): raise ProcessDied('mall', how=how_it_ended(code))",
    ],
)
def test_both_languages_and_the_words_of_others_pass(source: str) -> None:
    assert not list(broken_in_english(ast.parse(source)))


def test_no_text_mixes_languages() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{problem}"
        for path in FILES
        for problem in mixed(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "Text(zh='页面 does not lead anywhere', en='x')",
        "Text('页面', f'the page {x} 没有')",
        "Evidence(expected=f'no exception in {x}')",
        "Evidence(notes=('not all was tested',))",
        "findings.note('check', f'{x} is let through', seen='')",
        "violation(code, pointer, where, 'to be there', seen)",
    ],
)
def test_the_check_finds_what_it_is_for(source: str) -> None:
    assert list(mixed(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "Text(zh='预期 {expected}', en='expected what is there')",
        "Evidence(expected=Text(zh='没有异常', en='no exception at all'), seen=f'HTTP {x}')",
        "findings.note('check', Text(zh='被接受', en='the request was taken'), seen=answer.seen)",
        "Text(zh='运行 harness doctor --start，见 /api/orders', en='x')",
    ],
)
def test_the_check_lets_pass_what_is_right(source: str) -> None:
    assert list(mixed(ast.parse(source))) == []
