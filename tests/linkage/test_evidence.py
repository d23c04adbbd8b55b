"""What people saw: of a scenario that failed, the screen of the step that failed goes first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import ContractViolation, DriverError, Evidence, PageFault
from harness.core.events import EventLog, Kind, read_events
from harness.core.payloads import Evidence as Shot
from harness.core.text import Text
from harness.linkage.evidence import failed_step, take_evidence
from harness.linkage.stage import Stage
from harness.platforms.session import Shown
from tests.linkage.test_stage import Session, make


class Phone(Session):
    platform = "miniprogram"

    def texts(self) -> list[Shown]:
        return [Shown(Text(zh="树", en="tree"), "tree.wxml.txt", "<view>token=abcdefgh12</view>")]


class Broken(Session):
    def screenshot(self) -> bytes:
        raise DriverError("no window")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Wang on the website, then Li and Wang on their phones; each has done something, Li last but one."""
    with EventLog(tmp_path, "r", "pytest") as log:
        stage = make(log, tmp_path)
        sessions = [("wang", Session()), ("li", Phone()), ("wang", Phone())]
        for alias, session in sessions:
            stage.person(alias)
            stage.enter(alias, session)
        for alias, session in [sessions[0], sessions[2], sessions[1], sessions[0]]:
            with stage.do(Text(zh="做", en="acts"), alias, session):
                pass
        yield stage


def seen(stage: Stage) -> list[tuple[str | None, str | None, int | None]]:
    """Who saw something, where, and at which failed step."""
    return [
        (event.actor, event.platform, event.step)
        for event in read_events(stage.run.folder)
        if event.kind == Kind.EVIDENCE and event.data.type == "image/png"
    ]


def test_the_screen_of_the_step_that_failed_goes_first(stage: Stage) -> None:
    take_evidence(stage, PageFault("x", Evidence(step="3 acts", platform="miniprogram")))
    assert seen(stage) == [("li", "miniprogram", 3), ("wang", "website", None), ("wang", "miniprogram", None)]


def test_without_a_failure_they_stay_in_the_order_in_which_they_were_opened(stage: Stage) -> None:
    take_evidence(stage)
    assert seen(stage) == [
        ("wang", "website", None),
        ("li", "miniprogram", None),
        ("wang", "miniprogram", None),
    ]


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (PageFault("x", Evidence(step="2 acts")), 2),
        (ContractViolation("x", Evidence(step="3")), 3),
        (PageFault("x", Evidence(step="9 acts")), None),
        (AssertionError("1 == 2"), 4),
        (PageFault("x"), 4),
    ],
)
def test_the_step_is_the_one_the_error_names_or_the_last(
    stage: Stage, error: Exception, step: int | None
) -> None:
    assert failed_step(stage, error) == step


def test_after_the_last_step_nobody_acts(stage: Stage) -> None:
    stage.doing = ""
    assert failed_step(stage, AssertionError()) is None
    take_evidence(stage, AssertionError())
    assert seen(stage)[0] == ("wang", "website", None)


def test_the_title_says_whose_it_is_and_when(stage: Stage) -> None:
    take_evidence(stage, PageFault("x", Evidence(step="3 acts")))
    titles = [event.data.title for event in read_events(stage.run.folder) if event.kind == Kind.EVIDENCE]
    assert titles[0].en == "what li sees on the mini-program when step 3 failed"
    assert titles[0].zh == "第 3 步失败时，li 在小程序看到的"


def test_texts_are_masked_and_stand_beside_their_picture(stage: Stage) -> None:
    take_evidence(stage, PageFault("x", Evidence(step="3 acts")))
    shown = [event.data for event in read_events(stage.run.folder) if event.kind == Kind.EVIDENCE]
    assert [each.type for each in shown[:2]] == ["image/png", "text/plain"]
    text = (stage.run.folder / shown[1].file).read_text(encoding="utf-8")
    assert "abcdefgh12" not in text


def test_a_screen_that_cannot_be_shown_is_said(stage: Stage) -> None:
    stage.enter("li", Broken())
    take_evidence(stage)
    *_, last = [event.data for event in read_events(stage.run.folder) if event.kind == Kind.EVIDENCE]
    assert (last.file, last.missing) == (None, "DriverError: no window")


class Cut(Session):
    """It shows half a surrogate pair, as a page may that cuts a text in the middle of a smiley."""

    def texts(self) -> list[Shown]:
        return [Shown(Text(zh="树", en="tree"), "tree.wxml.txt", "\ud83d")]


@pytest.fixture
def cut(tmp_path: Path) -> Iterator[Stage]:
    with EventLog(tmp_path, "r", "pytest") as log:
        stage = make(log, tmp_path)
        stage.enter("wang", Cut())
        yield stage


def test_what_is_no_text_is_put_away_as_far_as_it_is(tmp_path: Path, cut: Stage) -> None:
    take_evidence(cut)
    _, tree = [event.data for event in read_events(tmp_path, Shot)]
    assert (tmp_path / (tree.file or "")).read_text(encoding="utf-8") == "?"


def test_what_cannot_be_put_away_is_said_to_be_missing(tmp_path: Path, cut: Stage) -> None:
    (tmp_path / "evidence").touch()
    take_evidence(cut)
    shown = [event.data for event in read_events(tmp_path, Shot)]
    assert [each.file for each in shown] == [None, None]
    assert all("FileExistsError" in (each.missing or "") for each in shown)
