"""What a test's author gave to Allure: it stays in the report of either language, where it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.core.text import Language
from harness.reporting.enrich import enrich
from harness.reporting.figures import RunFigures

TEST = "scenarios/linkage/test_cart.py::test_cart"
CONTRACT = "contracts/shared.yaml::website::getPoints[pagination]"
STEPS = (
    ("website", "安娜在网站下单", "Anna places an order on the website"),
    ("miniprogram", "安娜看到订单", "Anna sees the order"),
    ("miniprogram", "安娜看到积分", "Anna sees her points"),
)
OURS = {
    "zh": ["网站 · 安娜在网站下单", "小程序 · 安娜看到订单", "小程序 · 安娜看到积分"],
    "en": [
        "Website · Anna places an order on the website",
        "Mini-program · Anna sees the order",
        "Mini-program · Anna sees her points",
    ],
}
FAULT = {"zh": "订单没有出现\n  last seen  0", "en": "the order did not appear\n  last seen  0"}
LINK = {"type": "issue", "url": "https://tracker.example/7", "name": "SHOP-7"}


def attachment(sample: Any, name: str, content: bytes = b"") -> dict[str, str]:
    source = f"{name}-attachment.txt"
    (sample.results / source).write_bytes(content or name.encode())
    return {"name": name, "source": source, "type": "text/plain"}


def step(name: str, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "status": "passed", "start": 1, "stop": 2, "steps": list(children), **more}


def enriched(folder: Path, language: Language) -> tuple[Path, list[dict[str, Any]]]:
    target = enrich(RunFigures.read(folder), language)
    results = [json.loads(path.read_text(encoding="utf-8")) for path in target.glob("*-result.json")]
    return target, results


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


def traceback(message: str) -> str:
    quoted = "\n".join(f"E   {line}" for line in f"harness.core.errors.PageFault: {message}".splitlines())
    return f"test_cart.py:7: in test_cart\n    person.waits()\n{quoted}"


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(params=["zh", "en"])
def scenario(request: pytest.FixtureRequest, sample: Any) -> Any:
    """A scenario with steps, attachments, a link, a parameter and a description of its author; run in ``param``."""
    ran_in = 1 if request.param == "zh" else 2
    said = [texts[ran_in] for texts in STEPS]
    title = {"zh": "购物车", "en": "Cart"}
    sample.started()
    sample.scenario(TEST, "L01", title)
    for number, (platform, zh, en) in enumerate(STEPS, 1):
        sample.step(TEST, number, platform, zh, en, "passed" if number < 3 else "failed")
    steps = [
        step(
            "author: cart",
            step("author: price", attachments=[attachment(sample, "price")]),
            step(
                said[0],
                step("author: press", attachments=[attachment(sample, "press")]),
                attachments=[attachment(sample, "order")],
                parameters=[{"name": "count", "value": "2"}],
            ),
            attachments=[attachment(sample, "cart")],
        ),
        step(said[1]),
        step("author: look", attachments=[attachment(sample, "look")]),
        step(
            "author: wait",
            step(said[2], status="failed", statusDetails={"message": f"PageFault: {FAULT[request.param]}"}),
            status="failed",
            statusDetails={"message": f"PageFault: {FAULT[request.param]}", "trace": "in test_cart"},
        ),
    ]
    sample.verdict(TEST, "failed", result=False, id="L01", title=title, priority="P0", message=FAULT)
    sample.allure_result(
        TEST,
        "failed",
        steps=steps,
        statusDetails={"message": "raw", "trace": traceback(FAULT[request.param])},
        attachments=[attachment(sample, "whole")],
        links=[LINK],
        parameters=[{"name": "colour", "value": "'red'"}],
        description="Why **carts** matter.\n\n<script>alert(1)</script>",
    )
    sample.finished(1)
    sample.log.close()
    return sample


def test_steps_and_attachments_stay_where_they_were(scenario: Any, language: Language) -> None:
    target, (result,) = enriched(scenario.folder, language)
    first, second, third = OURS[language]
    assert outline(result["steps"]) == [
        (
            "author: cart",
            "{cart}",
            ("author: price", "{price}"),
            (first, "{order}", ("author: press", "{press}")),
        ),
        (second,),
        ("author: look", "{look}"),
        ("author: wait", (third,)),
    ]
    assert result["steps"][0]["steps"][1]["parameters"] == [{"name": "count", "value": "2"}]
    assert [item["name"] for item in result["attachments"]] == ["whole"]
    for name in ("price", "press", "order", "cart", "look", "whole"):
        assert (target / f"{name}-attachment.txt").read_text() == name


def test_links_parameters_and_the_description_stay_beside_ours(scenario: Any, language: Language) -> None:
    _, (result,) = enriched(scenario.folder, language)
    assert result["links"] == [LINK]
    assert result["parameters"] == [{"name": "colour", "value": "'red'"}]
    html = result["descriptionHtml"]
    assert "<p>Why <strong>carts</strong> matter.</p>" in html
    assert "<script>" not in html
    assert {"zh": "重现", "en": "Reproduce"}[language] in html


def test_a_fault_is_told_in_the_language_of_the_report_in_every_step(
    scenario: Any, language: Language
) -> None:
    _, (result,) = enriched(scenario.folder, language)
    other = FAULT["en" if language == "zh" else "zh"]
    outer = result["steps"][3]
    assert outer["statusDetails"] == {"message": FAULT[language], "trace": "in test_cart"}
    assert outer["steps"][0]["status"] == "failed"
    assert result["statusDetails"]["trace"] == traceback(FAULT[language])
    assert other.splitlines()[0] not in json.dumps(result, ensure_ascii=False)


def test_a_description_in_html_stays_too(sample: Any, language: Language) -> None:
    sample.verdict(TEST, result=False)
    sample.allure_result(
        TEST, "passed", descriptionHtml="<table><tr><td>own</td></tr></table>", description="*text*"
    )
    sample.log.close()
    _, (result,) = enriched(sample.folder, language)
    assert "<table><tr><td>own</td></tr></table>" in result["descriptionHtml"]
    assert "<em>text</em>" in result["descriptionHtml"]


def test_a_contract_test_keeps_them_too(sample: Any, language: Language) -> None:
    """It has no steps of ours."""
    sample.verdict(
        CONTRACT, result=False, title={"zh": "积分：分页", "en": "points: pagination"}, group="conformance"
    )
    steps = [step("author: hook", step("author: inside", attachments=[attachment(sample, "inside")]))]
    sample.allure_result(CONTRACT, "passed", steps=steps, links=[LINK], description="author's words")
    sample.log.close()
    _, (result,) = enriched(sample.folder, language)
    assert result["name"] == {"zh": "积分：分页", "en": "points: pagination"}[language]
    assert outline(result["steps"]) == [("author: hook", ("author: inside", "{inside}"))]
    assert result["links"] == [LINK]
    assert "author's words" in result["descriptionHtml"]


def test_a_step_only_the_events_know_stands_at_its_time(sample: Any) -> None:
    sample.scenario(TEST, "L01", {"zh": "购物车", "en": "Cart"})
    for number, (platform, zh, en) in enumerate(STEPS, 1):
        sample.step(TEST, number, platform, zh, en)
    sample.verdict(TEST, result=False, id="L01", title={"zh": "购物车", "en": "Cart"})
    sample.allure_result(TEST, "passed", steps=[
        step("author: before"), step(STEPS[1][1], start=1, stop=2), step("author: after", start=9e15, stop=9e15),
    ])  # fmt: skip
    sample.log.close()
    _, (result,) = enriched(sample.folder, "en")
    first, second, third = OURS["en"]
    assert outline(result["steps"]) == [
        ("author: before",),
        (second,),
        (first,),
        (third,),
        ("author: after",),
    ]


def test_two_steps_of_the_same_words_are_each_their_own(sample: Any) -> None:
    for number in (1, 2):
        sample.step(TEST, number, "website", "安娜按下按钮", "Anna presses the button")
    sample.verdict(TEST, result=False)
    sample.allure_result(TEST, "passed", steps=[
        step("Anna presses the button", step("author: one")), step("Anna presses the button", step("author: two")),
    ])  # fmt: skip
    sample.log.close()
    _, (result,) = enriched(sample.folder, "zh")
    pressed = "网站 · 安娜按下按钮"
    assert outline(result["steps"]) == [(pressed, ("author: one",)), (pressed, ("author: two",))]


def test_a_fixture_keeps_what_its_author_attached(sample: Any, language: Language) -> None:
    sample.step(TEST, 1, *STEPS[0])
    sample.verdict(TEST, result=False)
    path = sample.allure_result(TEST, "passed")
    uuid = json.loads(path.read_text())["uuid"]
    made = step("shop", step("author: open", step(STEPS[0][1])), attachments=[attachment(sample, "shop")])
    container = {"uuid": "1", "children": [uuid], "befores": [step("empty"), made], "afters": []}
    (sample.results / "1-container.json").write_text(json.dumps(container))
    sample.log.close()
    target, (result,) = enriched(sample.folder, language)
    (kept,) = json.loads((target / "1-container.json").read_text(encoding="utf-8"))["befores"]
    assert outline([kept]) == [("shop", "{shop}", ("author: open", (OURS[language][0],)))]
    assert result["steps"] == [], "it is told once, where it happened"


def test_a_picture_the_author_attached_stays_beside_the_same_evidence(sample: Any) -> None:
    sample.picture(TEST, "website", "首页", "home")
    picture = (sample.folder / "evidence/0-website.png").read_bytes()
    sample.verdict(TEST, result=False)
    given = [attachment(sample, name, picture) for name in ("首页", "author's picture")]
    sample.allure_result(TEST, "passed", steps=[step("author", attachments=given)])
    sample.log.close()
    _, (result,) = enriched(sample.folder, "en")
    assert outline(result["steps"]) == [("author", "{author's picture}")]
    assert [item["name"] for item in result["attachments"]] == ["Website · home"]


def test_tags_severity_and_title_stay_where_the_harness_has_none(sample: Any) -> None:
    plain = "tests/test_other.py::test_plain"
    sample.verdict(plain, result=False, title={"zh": "test_plain", "en": "test_plain"})
    given = {"tag": "smoke", "severity": "minor", "owner": "orders"}
    sample.allure_result(plain, "passed", name="A title of its own", labels=given)
    sample.log.close()
    _, (result,) = enriched(sample.folder, "zh")
    kept = {label["name"]: label["value"] for label in result["labels"] if label["name"] in given}
    assert kept == given
    assert result["name"] == "A title of its own"


def test_what_was_said_of_the_whole_run_is_copied(sample: Any) -> None:
    sample.verdict(TEST)
    (sample.results / "1-globals.json").write_text('{"errors": [{"message": "no network"}]}')
    sample.log.close()
    target, _ = enriched(sample.folder, "en")
    assert "no network" in (target / "1-globals.json").read_text()
