"""What allure-pytest leaves on disk of a user's test: no secret, nothing lost, and a session that ends well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.reporting.enrich import enrich
from harness.reporting.figures import RunFigures
from tests.support.sample import png
from tests.support.scenario_project import Ended, Project

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


def left_of(ended: Ended) -> Path:
    assert ended.folder, ended.output
    return ended.folder / "allure-results"


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("masked"))
    (project.root / "note.txt").write_text(f"unionid={KEY}\n{PHONE}", encoding="utf-8")
    (project.root / "password.txt").write_text(PASSWORD, encoding="utf-8")
    (project.root / "picture.png").write_bytes(PICTURE)
    project.write(EVERYTHING)
    ended = project.run()
    assert ended.code == 1, ended.output
    return left_of(ended)


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


AUTHORS = '''
@pytest.mark.parametrize("colour", ["red", "blue"])
def test_a(wang, shop, colour):
    """Why *carts* matter."""
    import allure
    allure.dynamic.title("A title of its own")
    allure.dynamic.link("https://tracker.example/7", name="SHOP-7")
    allure.dynamic.parameter("size", 3)
    allure.dynamic.tag("smoke")
    with allure.step("author: cart"):
        wang.fills(lambda: allure.attach("1", "inside", allure.attachment_type.TEXT))
        with allure.step("author: price"):
            allure.attach("2", "price", allure.attachment_type.TEXT)
    wang.does("it", PageFault(Text(zh="没有反应", en="nothing happens")) if colour == "red" else None)

class Shopper(Somebody):
    @step(zh="{who} 装满购物车", en="{who} fills the cart")
    def fills(self, then):
        import allure
        with allure.step("author: press"):
            then()

@pytest.fixture
def wang(stage, harness_run):
    return Shopper(stage, stage.person("王芳"), Session(harness_run.url("browser", "site")))

@pytest.fixture
def shop():
    import allure
    with allure.step("author: open"):
        allure.attach("3", "shop", allure.attachment_type.TEXT)
'''


def outline(steps: list[dict[str, Any]]) -> list[Any]:
    """Names of steps, attachments in braces, nested as they are."""
    return [
        (
            each["name"],
            *("{" + item["name"] + "}" for item in each.get("attachments") or ()),
            *outline(each.get("steps") or []),
        )
        for each in steps
    ]


@pytest.fixture(scope="module")
def authors(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    project = Project(tmp_path_factory.mktemp("authors"))
    project.write(AUTHORS)
    (project.root / "scenarios" / "conftest.py").write_text(AFTERWARDS, encoding="utf-8")
    ended = project.run()
    assert ended.code == 1, ended.output
    return ended


def test_what_the_author_gave_to_allure_is_in_the_report_of_both_languages(authors: Ended) -> None:
    assert authors.folder
    does = {
        "zh": ("网站 · 王芳 装满购物车", "网站 · 王芳 做it", "没有反应", "甲"),
        "en": ("Website · 王芳 fills the cart", "Website · 王芳 does it", "nothing happens", "first"),
    }
    for language, (fills, acts, fault, title) in does.items():
        target = enrich(RunFigures.read(authors.folder), language)  # type: ignore[arg-type]
        both = results(target)
        assert sorted(result["status"] for result in both) == ["failed", "passed"]
        for result in both:
            assert result["name"] == f"L01 {title}"
            assert outline(result["steps"]) == [
                ("author: cart", (fills, ("author: press", "{inside}")), ("author: price", "{price}")),
                (acts,),
            ]
            assert [link["name"] for link in result["links"]] == ["SHOP-7"]
            assert {each["name"] for each in result["parameters"]} == {"colour", "size"}
            assert "smoke" in [label["value"] for label in result["labels"] if label["name"] == "tag"]
            assert "Why <em>carts</em> matter." in result["descriptionHtml"]
            shown = [item["name"] for item in result["attachments"]]
            assert len(shown) == len(set(shown)) == 2, "the picture and the tree, once each"
        (failed,) = (result for result in both if result["status"] == "failed")
        assert fault in failed["steps"][1]["statusDetails"]["message"]
        containers = [json.loads(path.read_text("utf-8")) for path in target.glob("*-container.json")]
        fixtures = [fixture for each in containers for fixture in each["befores"]]
        assert [outline([fixture]) for fixture in fixtures] == [[("shop", ("author: open", "{shop}"))]] * 2


def ends_well(ended: Ended, folder: Path) -> None:
    assert "Traceback" not in ended.output
    assert "left: ['AllureTitleHelper']" in ended.output
    assert len(results(folder)) == 2
    assert not list(folder.glob("*.tmp"))


def test_the_session_ends_well_and_nothing_stays_registered(authors: Ended) -> None:
    ends_well(authors, left_of(authors))


WELL = "def test_{}(wang): wang.does('well')\n"


@pytest.mark.parametrize(
    "elsewhere",
    [pytest.param((), marks=pytest.mark.full), ("--alluredir", "elsewhere")],
    ids=["in the run's folder", "in a folder of its own"],
)
def test_a_session_of_two_workers_ends_as_well(project: Project, elsewhere: tuple[str, ...]) -> None:
    project.write(WELL.format("a"), WELL.format("b"))
    (project.root / "scenarios" / "conftest.py").write_text(AFTERWARDS, encoding="utf-8")
    ended = project.run("-n", "2", *elsewhere)
    assert ended.code == 0, ended.output
    ends_well(ended, project.root / "elsewhere" if elsewhere else left_of(ended))


def test_without_allure_pytest_a_run_has_its_verdicts(project: Project) -> None:
    project.write(WELL.format("a"))
    ended = project.run("-p", "no:allure_pytest")
    assert ended.code == 0, ended.output
    assert "Traceback" not in ended.output
    assert ended.verdicts == [("passed", None)]
