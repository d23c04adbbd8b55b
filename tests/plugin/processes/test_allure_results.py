"""What allure-pytest leaves on disk of a user's test: no secret, nothing lost, and a session that ends well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.sample import png
from tests.support.scenario_project import BEGIN, Project

pytest_plugins = ["pytester"]

PHONE, TOKEN, KEY, PASSWORD = "13800138000", "abcdefgh12", "k-1234567", "hunter22"
PICTURE = png(8, 8, (1, 2, 3)) + b"tEXt" + PHONE.encode()
EVERYTHING = f'''
def test_a(wang, shop):
    import allure
    from pathlib import Path
    kinds = allure.attachment_type
    allure.attach("token={TOKEN} {PHONE}", "text {PHONE}", kinds.TEXT)
    allure.attach('{{"phone": {PHONE}, "session_key": "{KEY}", "items": [1, 2]}}', "json", kinds.JSON)
    allure.attach("电话 {PHONE}".encode("gb18030"), "in another charset", kinds.TEXT)
    allure.attach.file("note.txt", "file", kinds.TEXT)
    allure.attach.file("picture.png", "picture", kinds.PNG)
    allure.attach(Path("picture.png").read_bytes(), "picture of no type")
    with allure.step("calls {PHONE}"):
        allure.attach("{PHONE}", "inside", kinds.TEXT)
    password = Path("password.txt").read_text()  # a traceback quotes the source
    send("{PHONE}", password=password)
    allure.dynamic.parameter("phone", "{PHONE}")
    allure.dynamic.parameter("password", password)
    allure.dynamic.link("https://site.example/?token={TOKEN}", name="{PHONE}")
    allure.dynamic.tag("{PHONE}")
    allure.dynamic.description("calls {PHONE}")
    allure.dynamic.title("Bearer {TOKEN}")
    allure.global_attach("{PHONE}", "global {PHONE}", kinds.TEXT)
    allure.global_error("no answer from {PHONE}")
    wang.does("{PHONE}", PageFault("nothing for {PHONE}"))

import allure

@allure.step("sends to {{phone}}")
def send(phone, password):
    pass

@pytest.fixture
def shop():
    with allure.step("opens for {PHONE}"):
        allure.attach("{PHONE}", "shop of {PHONE}", allure.attachment_type.TEXT)
    yield
    allure.attach("{PHONE}", "after {PHONE}", allure.attachment_type.TEXT)
'''
# Says at the very end what is still registered with Allure.
AFTERWARDS = """
import atexit
from allure_commons import plugin_manager
atexit.register(lambda: print("left:", sorted(
    type(plugin).__name__ for _, plugin in plugin_manager.list_name_plugin() if plugin
)))
"""


def files(folder: Path) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert found
    return found


def results(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*-result.json"))]


def attachments(item: dict[str, Any]) -> Iterator[dict[str, str]]:
    yield from item.get("attachments") or ()
    for step in item.get("steps") or ():
        yield from attachments(step)


def left_of(project: Project) -> Path:
    [folder] = (project.root / "reports" / "runs").glob("*/allure-results")
    return folder


@pytest.fixture
def masked(project: Project) -> Path:
    (project.root / "note.txt").write_text(f"unionid={KEY}\n{PHONE}", encoding="utf-8")
    (project.root / "password.txt").write_text(PASSWORD, encoding="utf-8")
    (project.root / "picture.png").write_bytes(PICTURE)
    code, output, _ = project.run(EVERYTHING)
    assert code == 1, output
    return left_of(project)


def test_no_file_of_the_results_holds_a_secret(masked: Path) -> None:
    for name, content in files(masked).items():
        if content == PICTURE:
            continue
        for secret in (PHONE, TOKEN, KEY, PASSWORD):
            assert secret.encode() not in content, (name, content)


def test_what_was_attached_is_all_there_and_can_be_read(masked: Path) -> None:
    (result,) = results(masked)
    content = {item["name"]: (masked / item["source"]).read_bytes() for item in attachments(result)}
    assert content["picture"] == content["picture of no type"] == PICTURE
    assert content["text 138****8000"].startswith(b"token=***")
    hidden = json.loads(content["json"])
    assert (hidden["phone"], hidden["items"]) == ("138****8000", [1, 2])
    assert content["in another charset"].decode("gb18030") == "电话 138****8000"
    assert content["file"].endswith(b"138****8000")
    assert content["inside"] == b"138****8000"
    assert [step["name"] for step in result["steps"]] == [
        "calls 138****8000",
        "sends to '138****8000'",
        "王芳 does 138****8000",
    ]


ONE = "def test_a(wang): wang.does('well')\n@scenario('L01')\ndef test_b(wang): wang.does('well')\n"


TWO, ELSEWHERE = ("-n", "2"), ("--alluredir", "elsewhere")


@pytest.mark.parametrize(
    ("workers", "elsewhere"),
    [((), ()), (TWO, ()), (TWO, ELSEWHERE)],
    ids=["alone", "two workers", "two workers, alluredir"],
)
def test_the_session_ends_well_and_nothing_stays_registered(
    project: Project, workers: tuple[str, ...], elsewhere: tuple[str, ...]
) -> None:
    (project.root / "scenarios" / "conftest.py").write_text(AFTERWARDS, encoding="utf-8")
    (project.root / "scenarios" / "test_it.py").write_text(BEGIN + ONE, encoding="utf-8")
    done = project.pytester.runpytest_subprocess("scenarios", "-p", "no:cacheprovider", *workers, *elsewhere)
    output = done.stdout.str() + done.stderr.str()
    assert done.ret == 0, output
    assert "Traceback" not in output
    assert "left: ['AllureTitleHelper']" in output
    folder = project.root / "elsewhere" if elsewhere else left_of(project)
    assert len(results(folder)) == 2
    assert not list(folder.glob("*.tmp"))


def test_without_allure_pytest_a_run_has_its_verdicts(project: Project) -> None:
    code, output, events = project.run("def test_a(wang): wang.does('well')", "-p", "no:allure_pytest")
    assert code == 0, output
    assert "Traceback" not in output
    assert [event.data["verdict"] for event in events if event.kind == "verdict"] == ["passed"]
