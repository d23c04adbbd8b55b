"""Any number of platforms in harness.toml: what is declared, who answers it, and what is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config.settings import HarnessSettings, load
from harness.core.errors import UsageError
from harness.core.platforms import USUAL
from harness.runs.documents import documents
from harness.runs.edge_discovery import EdgeName, edges
from tests.support.project import GOOD

MORE = """
[services.books]
title = {zh = "ERP", en = "ERP"}
command = ["{python}", "-m", "books"]
health = "/health"
platform = "erp"

[platforms.staff]
title = {zh = "店员后台", en = "staff site"}
driver = "website"
service = "site"

[platforms.kiosk]
title = {zh = "自助机", en = "kiosk"}
driver = "simulator"
service = "phone"
project = "app"
hosts = {"https://api.example" = "books"}

[platforms.erp]
title = {zh = "ERP", en = "ERP"}
driver = "none"
"""


def declare(project: Path, more: str = MORE, good: str = GOOD) -> HarnessSettings:
    project.write_text(good + more, encoding="utf-8")
    return load(project)


def test_what_declares_nothing_else_has_the_usual_two(project: Path) -> None:
    settings = load(project)
    assert settings.known_platforms == settings.used_platforms == USUAL
    assert list(settings.ends) == ["website", "miniprogram"]


def test_devtools_drive_what_the_table_says(project: Path) -> None:
    settings = declare(project, "", GOOD.replace('project = "app"', 'project = "app"\ndriver = "devtools"'))
    assert [platform.driver for platform in settings.known_platforms] == ["website", "devtools"]


def test_any_number_is_declared_in_order(project: Path) -> None:
    settings = declare(project)
    assert settings.used_platforms.names == ("website", "miniprogram", "staff", "kiosk", "erp")
    assert list(settings.ends) == ["website", "miniprogram", "staff", "kiosk"]
    assert list(settings.miniprograms) == ["miniprogram", "kiosk"]
    assert settings.miniprograms["kiosk"].project == (project.parent / "app").resolve()
    answering = [settings.service_of(name) for name in settings.used_platforms.names]
    assert answering == ["site", "phone", "site", "phone", "books"]


def test_platforms_that_share_a_service_share_its_edge(project: Path) -> None:
    assert edges(declare(project)) == [
        EdgeName("browser", "site"),
        EdgeName("phone", "phone"),
        EdgeName("phone", "books"),
        EdgeName("harness", "site"),
        EdgeName("site", "phone"),
        EdgeName("harness", "phone"),
        EdgeName("harness", "books"),
    ]


def test_a_usual_platform_may_be_declared_like_any_other(project: Path) -> None:
    given = GOOD.replace(
        "[website]", '[platforms.website]\ntitle = {zh = "官网", en = "shop site"}\ndriver = "website"'
    )
    settings = declare(project, "", given)
    assert settings.known_platforms.names == ("miniprogram", "website")
    assert settings.known_platforms.title("website").en == "shop site"
    assert settings.service_of("website") == "site"


def test_an_environment_variable_overrides_a_key_of_a_platform(project: Path) -> None:
    project.write_text(GOOD + MORE, encoding="utf-8")
    environment = {"HARNESS_PLATFORMS__STAFF__PATIENCE": "9", "HARNESS_PLATFORMS__KIOSK__DRIVER": "devtools"}
    settings = load(project, environ=environment)
    assert settings.ends["staff"].patience == 9
    assert settings.known_platforms.choose("kiosk").driver == "devtools"
    with pytest.raises(
        UsageError, match="has no key 'patiance'; did you mean 'HARNESS_PLATFORMS__STAFF__PAT"
    ):
        load(project, environ={"HARNESS_PLATFORMS__STAFF__PATIANCE": "9"})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('service = "site"', 'servise = "site"', r":37: unknown key 'platforms.staff.servise'.*'service'"),
        ('driver = "website"\n', "", r":34: 'platforms.staff.driver' is missing"),
        (
            'driver = "website"',
            'driver = "web-site"',
            r":36: platforms.staff.driver = 'web-site': must be one of website, simulator, devtools, none; did "
            "you mean 'website'",
        ),
        ('service = "site"', 'service = "sit"', r":37: platforms.staff.service: no service .*'sit'.*'site'"),
        ('title = {zh = "店员后台", en = "staff site"}\n', "", r":34: 'platforms.staff.title' is missing"),
        ('platform = "erp"', 'platform = "epr"', r":32: services.books.platform: .*'epr'.*'erp'"),
        ('example" = "books"', 'example" = "boks"', r":44: platforms.kiosk.hosts.*'boks'.*'books'"),
        ('project = "app"', 'project = "ap"', r":43: platforms.kiosk.project: no folder 'ap'"),
        ("[platforms.erp]", "[platforms.Erp]", r":46: platforms.Erp: .*small letters"),
        ("[platforms.erp]", "[platforms.api]", r":46: platforms.api: .*neither of api both"),
        ("[platforms.staff]", "[platforms.website]", r":34: platforms.website: \[website\] declares"),
        (
            'driver = "none"',
            'driver = "none"\nservice = "books"',
            r":49: unknown key 'platforms.erp.service'",
        ),
        (
            'driver = "none"',
            'driver = "none"\n[databases.books]\nurl = "sqlite:///b"\nplatform = "erp"\nservice = "boks"',
            r":52: databases.books.service: no service is called 'boks'; did you mean 'books'",
        ),
    ],
)
def test_what_is_wrong_is_said_with_line_and_nearest(project: Path, old: str, new: str, message: str) -> None:
    assert old in MORE
    with pytest.raises(UsageError, match=message):
        declare(project, MORE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("remove", "platform", "message"),
    [
        ('[website]\nservice = "site"\n', "website", r"scenarios need the table \[website\]"),
        ('[miniprogram]\nservice = "phone"\n', "miniprogram", "scenarios need miniprogram.service"),
        ('platform = "erp"\n', "erp", r'\[platforms.erp\]: no service says platform = "erp"'),
        ("", "epr", "no platform is called 'epr'; did you mean 'erp'"),
    ],
)
def test_a_platform_without_what_scenarios_need_is_told(
    project: Path, remove: str, platform: str, message: str
) -> None:
    text = GOOD + MORE
    keep = "[miniprogram]\n" if platform == "miniprogram" else ""
    settings = declare(project, "", text.replace(remove, keep, 1))
    with pytest.raises(UsageError, match=message):
        settings.service_of(platform)


ALONE = """
[services.billing]
title = {zh = "计费", en = "billing"}
command = ["{python}", "-m", "billing"]
health = "/health"
contracts = ["shared.yaml"]
"""


def test_a_service_with_contracts_that_nothing_would_test_is_told(project: Path) -> None:
    """It got no contract test, and nothing said so."""
    with pytest.raises(UsageError) as caught:
        declare(project, ALONE)
    said = str(caught.value)
    assert (
        f"{project}:32: services.billing lists contracts and no platform, so no contract test would run"
        in said
    )
    for way in ('platform = "website" or "miniprogram"', "[platforms.billing]", "platform = []"):
        assert way in said


@pytest.mark.parametrize(
    "ways",
    ["platform = []\n", 'platform = "website"\n', 'platform = "billing"\n'],
    ids=["only traffic", "of an end", "a platform itself"],
)
def test_a_service_says_whether_it_is_tested(project: Path, ways: str) -> None:
    itself = '[platforms.billing]\ntitle = {zh = "计费", en = "billing"}\ndriver = "none"\n'
    settings = declare(project, ALONE + ways + (itself if "billing" in ways else ""))
    found = {document.name: document.use for document in documents(settings, [])}
    assert found == {"shared.yaml": "tested"}, "the site has it as well"
    tested = settings.services["billing"].platform != ()
    assert (EdgeName("harness", "billing") in edges(settings)) is tested


def test_every_document_of_a_project_is_known(project: Path) -> None:
    contracts = project.parent / "contracts"
    paths = 'openapi: 3.0.3\npaths:\n  "/a": {}\n'
    for name in ("old.yaml", "pay.yaml", "v2/next.yaml"):
        (contracts / name).parent.mkdir(exist_ok=True)
        (contracts / name).write_text(paths, encoding="utf-8")
    (contracts / "common.yaml").write_text("openapi: 3.0.3\ncomponents: {}\n", encoding="utf-8")
    (contracts / "waivers.yaml").write_text("- id: W1\n", encoding="utf-8")
    settings = declare(project, ALONE.replace("shared.yaml", "pay.yaml") + "platform = []\n")
    asked = [contracts / "shared.yaml", project.parent / "scenarios"]
    assert [(each.name, each.use, each.asked) for each in documents(settings, asked)] == [
        ("shared.yaml", "tested", True),
        ("pay.yaml", "traffic", False),
        ("old.yaml", "unlisted", False),
        ("v2/next.yaml", "unlisted", False),
    ]
    assert all(each.asked for each in documents(settings, [project.parent])[:2])
