"""What ``harness linkage explain`` prints: all checks at one glance, or each with what it asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli.commands import app
from harness.config.settings import load
from harness.core.text import Text
from harness.linkage.checks.summary import CheckSummary, each, overview, total
from harness.runs.linkage import explain
from tests.support.languages import chinese, english

ROOT = Path(__file__).parents[2]
ERP = ROOT / "tests" / "fixture_erp" / "harness.toml"
REASON = Text(zh="没有 drain", en="there is no drain")
OTHER = Text(zh="只读", en="it only reads")


def _check(
    promise: str = "appears",
    writer: str = "site",
    reader: str = "app",
    not_run: Text | None = None,
    *,
    entity: str = "order",
    within: float = 5.0,
) -> CheckSummary:
    return CheckSummary("", entity, promise, writer, reader, within, ("site.getOrder",), not_run)


def _lines(*checks: CheckSummary) -> list[str]:
    return [text.en for text in overview(checks)]


def test_a_promise_is_one_line_with_its_directions() -> None:
    checks = [
        _check(),
        _check(reader="erp"),
        _check(writer="app", reader="site"),
        _check("private", "site", "site"),
    ]
    assert _lines(*checks) == [
        "order",
        "  appears  ✓ site→app, erp · app→site  ≤ 5 s",
        "  private  ✓ site  ≤ 5 s",
    ]


def test_a_direction_that_is_not_run_is_beside_those_that_are() -> None:
    checks = [
        _check(),
        _check(writer="app", reader="site", not_run=REASON, within=2),
        _check(reader="erp", not_run=OTHER),
    ]
    assert _lines(*checks) == [
        "order",
        "  appears  ✓ site→app  – app→site (1)  – site→erp (2)  ≤ 5 s",
        "",
        "not run:",
        "  (1) 1 ×  there is no drain",
        "  (2) 1 ×  it only reads",
    ]


def test_equal_reasons_are_told_once_with_their_number() -> None:
    checks = [
        _check(not_run=REASON),
        _check(entity="member", not_run=REASON),
        _check("converges", not_run=OTHER),
    ]
    lines = _lines(*checks)
    assert lines.count("  (1) 2 ×  there is no drain") == 1
    assert sum(REASON.en in line for line in lines) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_shows_all_at_one_glance_with_parity(language: str) -> None:
    shown = _printed("--language", language)
    checks = list(explain(load(ERP)))
    promises = {(one.entity, one.promise) for one in checks}
    entities, reasons = {one.entity for one in checks}, {one.not_run for one in checks if one.not_run}
    lines = [line for line in shown.splitlines() if line and not line.startswith("! ")]
    notes = {one.note for one in checks if one.note}
    headings = bool(reasons) + bool(notes)
    assert len(lines) == len(promises) + len(entities) + len(reasons) + len(notes) + headings + 1
    assert any("parity list" in line for line in lines)
    assert (english(shown) if language == "zh" else chinese(shown)) is None


def test_the_long_form_of_an_entity_is_asked_for() -> None:
    shown = _printed("order", "--verbose", "--language", "en")
    checks = [one for one in explain(load(ERP)) if one.entity == "order"]
    assert [one.id for one in checks] == [line[2:] for line in shown.splitlines() if line[:2] in ("✓ ", "– ")]
    pair = next(one for one in checks if one.promise == "parity find")
    assert f"✓ {pair.id}\n    {', '.join(pair.calls)}" in shown


def test_an_unknown_entity_is_wrong_usage() -> None:
    ended = CliRunner().invoke(app, ["linkage", "explain", "ordre", "--config", str(ERP)])
    assert "'order'" in str(ended.exception)


def _printed(*arguments: str) -> str:
    ended = CliRunner().invoke(app, ["linkage", "explain", *arguments, "--config", str(ERP)])
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_what_only_effects_move_is_not_left_out_in_silence() -> None:
    """Its 'appears' has no check of its own: it is told where it is shown, and what would make it one."""
    every = list(explain(load(ROOT / "harness.toml")))
    assert [*dict.fromkeys(one.entity for one in every)][:3] == ["member", "points", "category"]
    checks = [one for one in every if one.entity == "points"]
    [moved] = [one for one in checks if one.elsewhere]
    for lines in (overview(checks), each(checks)):
        [line] = [text.en for text in lines if "'conserved' of order" in text.en]
        assert "an act that says what it 'sets'" in line
    assert moved.promise == "appears"
    assert total(checks).en.startswith(f"{len(checks) - 1} checks")


def test_what_shows_only_in_a_run_is_not_promised() -> None:
    assert "a run may show that others cannot" in total([_check()]).en


def test_a_make_that_is_not_sent_again_is_told() -> None:
    """``exactly-once`` is green there by the deliveries that come twice, and by the acts."""
    checks = list(explain(load(ROOT / "tests" / "fixture_gateway" / "harness.toml")))
    once = [one for one in checks if one.promise == "exactly-once"]
    assert once
    assert {one.note.en.partition(" on ")[0] for one in once if one.note} == {
        "makeAppointment",
        "newBooking",
    }
    assert "declares no x-idempotency" in "".join(text.en for text in overview(checks))
    assert "declares no x-idempotency" in "".join(text.en for text in each(checks))
