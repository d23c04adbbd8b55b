"""``stand_in = "wechat"``: one line of harness.toml for the stand-in, its document, and the codes of mini-programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.contracts import load as read
from harness.core.errors import UsageError
from harness.runs.edge_discovery import EdgeName, edges
from harness.runs.plan import system_plan
from harness.traffic.edges import EdgesPlan
from harness.wechat.settings import APPS, DOCUMENT
from tests.support.project import GOOD

STAND_IN = """
[services.wechat]
stand_in = "wechat"
apps = {wx1 = "secret-1", wx2 = "{env:SECOND}"}
"""


def written(project: Path, text: str) -> Path:
    project.write_text(text, encoding="utf-8")
    return project


def test_the_stand_in_is_started_judged_and_asked_for_codes(project: Path, tmp_path: Path) -> None:
    settings = load(written(project, GOOD + STAND_IN), environ={"SECOND": "secret-2"})
    service = settings.services["wechat"]
    assert (service.platform, service.contracts, settings.contract(service.contracts[0])) == (
        (),
        (DOCUMENT.name,),
        DOCUMENT,
    )
    assert EdgeName("phone", "wechat") in edges(settings), "the mini-program's codes come from it"
    plan = system_plan(settings, "r1", tmp_path, 1)
    process = next(each for each in plan.processes if each.name == "wechat")
    assert json.loads(process.environment[APPS]) == {"wx1": "secret-1", "wx2": "secret-2"}
    edge = next(
        each
        for each in EdgesPlan.model_validate_json((tmp_path / "edges.json").read_text(encoding="utf-8")).edges
        if each.target == "wechat"
    )
    assert (edge.stand_in, list(edge.contracts)) == (True, [DOCUMENT])


def test_its_document_may_be_read_from_any_project(project: Path) -> None:
    settings = load(written(project, GOOD + STAND_IN), environ={"SECOND": "s"})
    contract = read(settings.contract(DOCUMENT.name), readable=settings.readable)
    assert "code2Session" in contract.ids


def test_a_document_of_the_project_by_the_same_name_is_the_projects(project: Path) -> None:
    own = project.parent / "contracts" / DOCUMENT.name
    own.write_text("openapi: 3.0.3\n", encoding="utf-8")
    assert load(written(project, GOOD + STAND_IN), environ={"SECOND": "s"}).contract(DOCUMENT.name) == own


def test_devtools_and_two_stand_ins_are_left_to_who_names_one(project: Path) -> None:
    devtools = GOOD.replace('project = "app"', 'project = "app"\ndriver = "devtools"')
    one = load(written(project, devtools + STAND_IN), environ={"SECOND": "s"})
    two = load(
        written(project, GOOD + STAND_IN + STAND_IN.replace("services.wechat", "services.other")),
        environ={"SECOND": "s"},
    )
    named = GOOD.replace('project = "app"', 'project = "app"\nwechat = "phone"')
    said = load(written(project, named + STAND_IN), environ={"SECOND": "s"})
    assert [each.miniprogram and each.miniprogram.wechat for each in (one, two, said)] == [
        None,
        None,
        "phone",
    ]


def test_a_profile_puts_a_real_one_in_its_place(project: Path) -> None:
    title = 'title = {zh = "微信", en = "WeChat"}\n'
    profile = '\n[profiles.sit.services.wechat]\nurl = "http://127.0.0.1:1"\nhealth = "/up"\n' + title
    settings = load(written(project, GOOD + STAND_IN + profile), profile="sit", environ={"SECOND": "s"})
    assert (settings.services["wechat"].url, settings.services["wechat"].apps) == ("http://127.0.0.1:1", {})
    back = profile.replace(
        'url = "http://127.0.0.1:1"\nhealth = "/up"\n', 'stand_in = "wechat"\napps = {wx9 = "s"}\n'
    )
    started = GOOD + '\n[services.wechat]\ncommand = ["wiremock"]\n'
    settings = load(written(project, started + back), profile="sit")
    assert settings.services["wechat"].apps == {"wx9": "s"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('stand_in = "weixin"\napps = {wx1 = "s"}', r"toml:\d+: .*stand_in.*did you mean 'wechat'\?"),
        ('stand_in = "wechat"', r"toml:\d+: services.wechat: stand_in needs apps"),
        ('stand_in = "wechat"\napps = {}', r"toml:\d+: services.wechat: stand_in needs apps"),
        ('stand_in = "wechat"\napps = {wx1 = 7}', r"toml:\d+: services.wechat.apps.wx1"),
        ('stand_in = "wechat"\napps = ["wx1"]', r"toml:\d+: services.wechat.apps"),
        (
            'stand_in = "wechat"\nappz = {wx1 = "s"}',
            r"toml:\d+: .*'services.wechat.appz'; did you mean 'apps'\?",
        ),
        (
            'stand_in = "wechat"\napps = {wx1 = "s"}\nhealth = "/h"\ncommand = ["x"]',
            r"toml:\d+: services.wechat: .*beside title, and apps or a url, leave out command, health",
        ),
        (
            'stand_in = "wechat"\napps = {wx1 = "s"}\nurl = "http://127.0.0.1:1"',
            r"toml:\d+: services.wechat: a stand-in that runs already \(url\) takes no apps",
        ),
        (
            'title = {zh = "微", en = "w"}\nurl = "http://127.0.0.1:1"\nhealth = "/h"\napps = {wx1 = "s"}',
            r"toml:\d+: services.wechat: apps go with stand_in",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(project: Path, wrong: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        load(written(project, f"{GOOD}\n[services.wechat]\n{wrong}\n"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('wechat = "wechat"', None),
        ('wechat = "wechta"', r"toml:\d+: services.site.wechat: no service .*did you mean 'wechat'\?"),
        ('wechat = "phone"', r"toml:\d+: services.site.wechat: 'phone' is no service with stand_in"),
    ],
)
def test_a_service_is_led_to_a_stand_in_alone(project: Path, line: str, said: str | None) -> None:
    written(project, GOOD.replace('platform = "website"', f'platform = "website"\n{line}', 1) + STAND_IN)
    if said is None:
        settings = load(project, environ={"SECOND": "s"})
        assert EdgeName("site", "wechat") in edges(settings), "its proxy records what it asks"
        return
    with pytest.raises(UsageError, match=said):
        load(project, environ={"SECOND": "s"})


def test_an_attached_service_is_led_nowhere(project: Path) -> None:
    far = 'title = {zh = "远", en = "far"}\nurl = "http://127.0.0.1:1"\nhealth = "/"\nwechat = "wechat"\n'
    attached = f"\n[services.far]\n{far}"
    with pytest.raises(UsageError, match=r"toml:\d+: services.far: an attached service takes no wechat"):
        load(written(project, GOOD + STAND_IN + attached), environ={"SECOND": "s"})


RUNNING = '\n[services.wechat]\nstand_in = "wechat"\nurl = "http://127.0.0.1:8003"\n'


def test_a_stand_in_that_runs_already_is_attached_to(project: Path, tmp_path: Path) -> None:
    settings = load(written(project, GOOD + RUNNING))
    assert settings.miniprogram is not None
    assert settings.miniprogram.wechat == "wechat"
    assert "wechat" not in [each.name for each in system_plan(settings, "r1", tmp_path, 1).processes]
    plan = EdgesPlan.model_validate_json((tmp_path / "edges.json").read_text(encoding="utf-8"))
    edge = next(each for each in plan.edges if each.target == "wechat")
    assert (edge.upstream, edge.stand_in, list(edge.contracts)) == ("http://127.0.0.1:8003", True, [DOCUMENT])


def test_nobody_is_led_to_a_stand_in_that_others_started(project: Path) -> None:
    led = GOOD.replace('platform = "website"', 'platform = "website"\nwechat = "wechat"', 1)
    with pytest.raises(
        UsageError, match=r"services.site.wechat: 'wechat' is no service .*that the harness starts"
    ):
        load(written(project, led + RUNNING))
