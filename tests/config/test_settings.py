from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.config.location import find
from harness.config.settings import language_of, load
from harness.core.errors import UsageError
from harness.runs.edge_discovery import EdgeName, edges
from harness.runs.plan import system_plan
from harness.traffic.edges import EdgesPlan
from tests.support.project import GOOD

ROOT = Path(__file__).resolve().parents[2]


def test_the_demo_is_configured_like_any_other_system() -> None:
    settings = load(ROOT / "harness.toml")
    assert settings.miniprogram.project.is_absolute()
    assert EdgeName("phone", "wechat") in edges(settings)


def test_an_edge_is_drawn_for_every_call(project: Path) -> None:
    assert edges(load(project)) == [
        EdgeName("browser", "site"),
        EdgeName("phone", "phone"),
        EdgeName("harness", "site"),
        EdgeName("site", "phone"),
        EdgeName("harness", "phone"),
    ]


def test_a_codec_is_asked_for_before_anything_starts(project: Path, tmp_path: Path) -> None:
    line = 'platform = "website"'
    project.write_text(GOOD.replace(line, f'{line}\ncodec = "no_such_module:make"', 1), encoding="utf-8")
    settings = load(project)
    assert settings.codec_of("phone") is None
    with pytest.raises(
        UsageError, match=r"services\.site\.codec = 'no_such_module:make': cannot be imported"
    ):
        system_plan(settings, "r1", tmp_path, 1)


def test_folders_outside_that_contracts_may_refer_into(project: Path, tmp_path: Path) -> None:
    shared = tmp_path / "api-common"
    shared.mkdir()
    project.write_text(
        f'{GOOD}\n[paths]\noutside = ["{os.path.relpath(shared, project.parent)}"]\n', encoding="utf-8"
    )
    settings = load(project)
    assert settings.readable == (project.parent, project.parent / "contracts", shared)
    plan = EdgesPlan.model_validate_json(
        (system_plan(settings, "r1", tmp_path, 1) and tmp_path / "edges.json").read_text(encoding="utf-8")
    )
    assert tuple(plan.readable) == settings.readable
    shared.rmdir()
    with pytest.raises(UsageError, match=r"harness\.toml:\d+: paths\.outside: no folder '.*api-common'"):
        load(project)


def test_a_number_without_end_is_a_usage_error(project: Path) -> None:
    project.write_text(f"start_within = {'9' * 10_000}\n{GOOD}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"harness\.toml:\d+: not TOML"):
        load(project)


def test_the_nearest_file_upwards_is_found(project: Path) -> None:
    assert find(project.parent / "app") == project
    assert find(Path("/nowhere/at/all")) is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('project = "app"', 'projct = "app"', r":25: .*'miniprogram.projct'; did you mean 'project'\?"),
        (
            'health = "/health"\nplatform = "website"',
            'helth = "/h"',
            r":7: .*'services.site.helth'.*'health'",
        ),
        ("[website]", "[websit]", r":20: unknown key 'websit'; did you mean 'website'\?"),
        ('"disposable"', '"disposible"', r":2: environment.*did you mean 'disposable'\?"),
        ('service = "site"', 'service = "sit"', r":21: website.service: no service .*'sit'.*'site'"),
        ("{url:phone}", "{url:fone}", r":11: services.site.environment: .*'fone'.*'phone'"),
        ("shared.yaml", "sharde.yaml", r":9: services.site.contracts: no file 'sharde.yaml'.*'shared.yaml'"),
        ('"app"', '"ap"', r":25: miniprogram.project: no folder 'ap'"),
        (
            'project = "app"',
            'project = "app"\ndevtools_record = "r.json"',
            r":26: miniprogram.devtools_record: no file 'r.json'",
        ),
        (
            'project = "app"',
            'project = "app"\nsource_maps = "maps"',
            r":26: miniprogram.source_maps: no folder 'maps'",
        ),
        ('name = "shop"', 'name = "shop', r":1: not TOML"),
        (
            "[website]",
            "[masking]\nkinds = 3\n\n[website]",
            r":21: unknown key 'masking.kinds'; keys here are except, ",
        ),
        ('name = "shop"\n', "", r"'name' is missing"),
        ('name = "shop"', 'name = "shop"\nroot = "/"', r":2: unknown key 'root'"),
        ('example" = "phone"', 'example" = "fone"', r":26: miniprogram.hosts.*'fone'.*'phone'"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_nearest(project: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    project.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        load(project)


def test_two_contracts_of_one_file_name_are_refused(project: Path) -> None:
    """Findings, waivers and coverage name a document by its file: two teams' ``openapi.yaml`` would be one."""
    contracts = project.parent / "contracts"
    (contracts / "mall").mkdir()
    (contracts / "mall" / "shared.yaml").write_bytes((contracts / "shared.yaml").read_bytes())
    text = GOOD.replace('"shared.yaml"', '"shared.yaml", "./shared.yaml"', 1)
    project.write_text(text, encoding="utf-8")
    load(project)  # one file, however it is written
    project.write_text(text.replace("./shared", "mall/shared"), encoding="utf-8")
    with pytest.raises(
        UsageError, match=r":9: services.site.contracts: shared.yaml and mall/shared.yaml have the same"
    ):
        load(project)


def test_the_environment_goes_before_the_file_in_the_language(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write_text('language = "en"\n', encoding="utf-8")
    monkeypatch.setenv("HARNESS_LANGUAGE", "zh")
    assert (language_of(project), language_of(None)) == ("zh", "zh")
    monkeypatch.setenv("HARNESS_LANGUAGE", "en")
    assert language_of(None) == "en"
    monkeypatch.setenv("HARNESS_LANGUAGE", "fr")
    assert (language_of(project), language_of(None)) == ("en", "zh")
