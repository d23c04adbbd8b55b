"""What the doctor says of OpenAPI documents, and where there are no settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.core.text import Text
from harness.platforms.settings import MiniProgramSettings
from harness.runs.doctor import machine
from harness.runs.doctor import project as examined
from harness.runs.doctor.diagnosis import Diagnosis
from harness.runs.doctor.project import documents

FLAWED = """\
openapi: 3.0.3
info: {title: Site, version: 1.2.0}
paths:
  /in: {post: {operationId: logIn, responses: {'201': {description: in}}}}
  /text: {get: {operationId: text, responses: [200]}}
"""


def test_flaws_are_a_warning_and_an_end_where_that_is_wanted(project: Path) -> None:
    (project.parent / "contracts" / "shared.yaml").write_text(FLAWED, encoding="utf-8")
    settings = load(project)
    sound, flaws = documents(settings, {})
    assert (sound.state, flaws.state) == ("ok", "warning")
    assert flaws.seen.en.startswith("1 flaws; 1 operations are not tested for them:\n  ")
    assert flaws.seen.en.endswith(
        "shared.yaml:5: the responses of GET /text must be a mapping (shared.yaml#/paths/~1text/get/responses)"
    )
    strict = settings.conformance.model_copy(update={"strict": True})
    (refused,) = documents(settings.model_copy(update={"conformance": strict}), {})
    assert (refused.state, refused.usage) == ("problem", True)
    assert "the responses of GET /text must be a mapping" in refused.seen.en


def test_of_settings_that_cannot_be_read_no_folder_is_guessed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Allure was said to be missing in a folder that the settings do not name."""
    asked: list[object] = []

    def look(*packages: object) -> Iterator[Diagnosis]:
        asked.extend(packages)
        yield from ()

    monkeypatch.setattr(examined, "look", look)
    project.write_text("name = [", encoding="utf-8")
    [settings] = examined.examine(project)
    assert settings.usage
    assert asked == []
    assert [diagnosis.usage for diagnosis in examined.examine_machine()] == [True]
    names = [diagnosis.what.en for diagnosis in machine.look()]
    assert "Allure reports" in names
    assert "Node.js (Playwright's own)" in names


def test_what_a_mini_program_starts_without_is_a_warning_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "app.json").write_text('{"pages": [\n"a/a"]}', encoding="utf-8")
    (tmp_path / "app.js").write_text("App({})", encoding="utf-8")
    settings = MiniProgramSettings(driver="simulator", project=tmp_path)
    found = examined._miniprogram(settings, Text(zh="小程序", en="mini-program"))
    assert (found.state, found.usage) == ("warning", False)
    assert found.seen.en.startswith(
        "1 pages; app.json:2: page 'a/a' has no file a/a.wxml: create it or remove"
    )
    assert found.seen.zh.startswith("1 个页面；app.json:2: 页面 'a/a' 没有文件 a/a.wxml")
