"""Patterns are those of ECMA-262, for the validator, for generated texts and for coverage."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Contract, Index, bundle, check, load
from harness.contracts.patterns import reading
from tests.support.exchanges import exchange

# A pattern, a text that matches, one that does not.
READ = [
    (r"^\d+$", "12", "٣"),
    (r"^\w+$", "ab_1", "é"),
    (r"^\s$", "\ufeff", "a"),
    (r"^a$", "a", "a\n"),
    (r"a\/b", "a/b", "a\\/b"),
    (r"^(?<n>a|b)\k<n>$", "bb", "ab"),
    (r"^(x)(?<n>a|b)(?:y)\k<n>1$", "xaya1", "xayx1"),
    (r"(?<=a)b", "ab", "cb"),
    (r"(?<!a)b", "cb", "ab"),
    (r"^\p{L}+$", "éß汉", "1"),
    (r"^\p{Lu}$", "Ö", "ö"),
    (r"^\P{Lu}$", "ö", "Ö"),
    (r"^[\p{Lu}_\d]$", "Ö", "ö"),
    (r"^[^\p{Lu}]$", "ö", "Ö"),
    (r"^\p{Script=Han}+$", "汉字", "a"),
    (r"^\p{sc=Han}$", "汉", "a"),
    (r"^\p{Letter}$", "é", "1"),
    (r"^[^]$", "\n", ""),
    (r"^[^]*x$", "a\nx", "a"),
    (r"^(?:a|[])$", "a", "b"),
    (r"^(?:{[0-9]{2}})$", "{12}", "12"),
    (r"^{a}$", "{a}", "a"),
    (r"^a{,3}$", "a{,3}", "aa"),
    (r"^\{a\}$", "{a}", "a"),
    (r"^a{2,}$", "aaa", "a"),
    (r"^]}$", "]}", "a"),
    (r"^\u4e00$", "一", "二"),
    (r"^[\u4e00-\u9fa5]+$", "汉字", "a"),
    (r"^\u{1F600}$", "😀", "a"),
    (r"^\uD83D\uDE00$", "😀", "a"),
    (r"^[\uD83D\uDE00-\uD83D\uDE02]$", "😁", "a"),
    (r"^\cA$", "\x01", "A"),
    (r"^\x41$", "A", "x"),
    (r"^\0$", "\0", "0"),
    (r"^[\b]$", "\b", "b"),
    (r"^a\b.b$", "a b", "aab"),
    (r"^[\w-.]+$", "a-.", "!"),
    (r"^[\d-x]+$", "1-x", "a"),
    (r"^[a-\d]+$", "a-1", "b"),
    (r"^[a\-z]+$", "a-z", "b"),
    (r"^[a-z&&b]+$", "&b", "-"),
    (r"^[a~~b]+$", "~a", "c"),
    (r"^[--/]$", ".", "0"),
    (r"^[[]$", "[", "]"),
    (r"^\_\-\@$", "_-@", "a"),
    (r"^(a)\1$", "aa", "ab"),
    (r"^(?!.*--)[a-z-]+$", "a-b", "a--b"),
    (r"^[^\W_]+$", "a", "_"),
    (r"^.$", "😀", "\n"),
    (r"^a+?b*?c??$", "aab", "c"),
    ("^a b#c$", "a b#c", "ab"),
    # Not of ECMA-262, and clear.
    (r"(?i)^abc$", "ABC", "d"),
    (r"^(?i:a)b$", "Ab", "AB"),
    (r"^(?P<x>a)$", "a", "b"),
    (r"/^abc$/", "abc", "/abc/"),
    (r"/^a\/c$/i", "A/C", "a"),
]
UNREAD = [
    r"\Aabc\z", r"^abc\Z", r"^\h+$", r"\Q.\E", r"(?>a)b", r"a++", r"^*", r"(?# c)a", r"(", r"[a", r"a)", r"\2(a)(",
    r"^[[:alpha:]]+$", r"^[a-z&&[^b]]+$", r"^\p{InBasicLatin}$", r"\k<a>", r"^[\uD800-\uDBFF]$", r"(?(1)a|b)", "\\",
    r"[z-a]", r"a{2}{3}",
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "right", "wrong"), READ)
def test_a_pattern_is_read_as_ecma_262_means_it(pattern: str, right: str, wrong: str, tmp_path: Path) -> None:
    contract = document(tmp_path, {"type": "string", "pattern": pattern})
    assert (broken(contract, right), broken(contract, wrong)) == (0, 1)
    named = document(
        tmp_path, {"patternProperties": {pattern: {"type": "integer"}}, "additionalProperties": False}
    )
    assert [broken(named, {right: 1}), broken(named, {right: "1"}), broken(named, {wrong: 1})] == [0, 1, 1]


@pytest.mark.parametrize(("pattern", "right", "wrong"), READ)
def test_texts_are_generated_for_the_same_pattern(pattern: str, right: str, wrong: str) -> None:
    read = reading(pattern, properties=False)
    assert read is not None
    python = re.compile(
        read.replace("(?<n>", "(?P<n>").replace("(?<x>", "(?P<x>"), re.ASCII
    )  # as schemathesis does
    if pattern not in (r"^\s$", r"^a$"):  # whose texts schemathesis looks through
        assert python.search(right) is not None
        assert python.search(wrong) is None


@pytest.mark.parametrize("pattern", UNREAD)
def test_a_pattern_of_another_language_is_told_and_not_checked(pattern: str, tmp_path: Path) -> None:
    contract = document(tmp_path, {"type": "string", "pattern": pattern, "maxLength": 3})
    (flaw,) = contract.flaws
    assert f"the pattern {pattern!r} cannot be read as ECMA-262; it is not checked" in flaw.message.en
    assert flaw.pointer.endswith("/schema/pattern")
    assert (broken(contract, "abc"), broken(contract, "abcd")) == (0, 1)
    assert schema_of(bundle(contract)) == {"type": "string", "maxLength": 3}
    named = document(
        tmp_path, {"patternProperties": {pattern: {"type": "integer"}}, "additionalProperties": False}
    )
    assert len(named.flaws) == 1
    assert broken(named, {"abc": "any name may be one of these"}) == 0


def test_delimiters_are_told(tmp_path: Path) -> None:
    (flaw,) = document(tmp_path, {"pattern": "/^a$/i"}).flaws
    assert flaw.message.en.endswith("matches no text; read is '^a$', in upper and lower case")
    (flaw,) = document(tmp_path, {"pattern": "/^a$/"}).flaws
    assert flaw.message.en.endswith("the pattern '/^a$/' matches no text; read is '^a$'")
    assert document(tmp_path, {"pattern": "/a/"}).flaws == ()  # a path


def test_other_tools_get_patterns_that_they_can_read(tmp_path: Path) -> None:
    contract = document(tmp_path, {"pattern": r"^\p{Lu}$", "patternProperties": {r"^\u{41}$": {}}})
    schema = schema_of(bundle(contract))
    assert r"\p" not in schema["pattern"]
    assert schema["patternProperties"] == {"^A$": {}}


def document(tmp_path: Path, schema: Any) -> Contract:
    answer = {"description": "Ok", "content": {"application/json": {"schema": schema}}}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/things": {"get": {"responses": {"200": answer}}}},
    }
    (tmp_path / "a.json").write_text(json.dumps(whole), encoding="utf-8")
    return load(tmp_path / "a.json")


def broken(contract: Contract, body: Any) -> int:
    checked = check(exchange("GET", "/things", body=body), Index([contract]))
    assert checked.unchecked == ()
    return len(checked.violations)


def schema_of(whole: dict[str, Any]) -> Any:
    return whole["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
