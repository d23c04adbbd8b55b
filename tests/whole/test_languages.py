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
