from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.core.events import EventLog
from harness.core.payloads import CheckResult, Evidence, Verdict
from harness.core.text import Language
from harness.reporting.enrich import enrich
from harness.reporting.figures import RunFigures


def enriched(folder: Path, language: Language = "zh") -> dict[str, dict[str, Any]]:
    """Results by name."""
    target = enrich(RunFigures.read(folder), language)
    results = [json.loads(path.read_text(encoding="utf-8")) for path in target.glob("*-result.json")]
    assert len({result["name"] for result in results}) == len(results)
    return {result["name"]: result for result in results}


def labels(result: dict[str, Any]) -> dict[str, str]:
    return {label["name"]: label["value"] for label in result["labels"]}


@pytest.fixture(scope="module")
def chinese(full_run: Path) -> dict[str, dict[str, Any]]:
    return enriched(full_run)


def test_every_test_has_one_result_with_the_verdict_of_its_events(chinese: dict[str, dict[str, Any]]) -> None:
    assert {name: result["status"] for name, result in chinese.items()} == {
        "查询会员积分符合接口规范：网站后端": "passed",
        "查询会员积分符合接口规范：小程序后端": "failed",
        "W01 网站首页能打开": "passed",
        "L01 网站注册后可在小程序登录": "passed",
        "L02 小程序下单后网站积分更新": "failed",
        "L03 换绑手机号后两端一致": "broken",
        "L04 最后一件商品两端同时下单": "broken",
        "L05 微信扫码登录网站": "skipped",
        "L06 一端退出，两端退出": "broken",
        "E01 新用户首次使用流程顺畅": "passed",
        "test_plain": "passed",
    }


def test_titles_chapters_and_severity_in_english(full_run: Path) -> None:
    result = enriched(full_run, "en")["L02 Points of a mini-program order show on the website"]
    assert labels(result) == {
        "framework": "pytest",
        "epic": "4 Linkage",
        "feature": "Website + Mini-program",
        "story": "order, points",
        "severity": "blocker",
        "tag": "P0",
    }
    assert result["statusDetails"]["message"].startswith("Product fault: ")


@pytest.mark.parametrize(("name", "message", "flaky"), [
    ("L02 小程序下单后网站积分更新", "产品缺陷：小程序下单 5 秒后", False),
    ("L03 换绑手机号后两端一致", "环境或工具故障：simulator died", False),
    ("L04 最后一件商品两端同时下单", "不稳定：两单都成功", True),
    ("L05 微信扫码登录网站", "未执行：模拟器不支持扫码", False),
    ("L06 一端退出，两端退出", "环境或工具故障：测试进行到一半时进程结束", False),
])  # fmt: skip
def test_what_did_not_pass_says_whose_fault_it_is(
    chinese: dict[str, dict[str, Any]], name: str, message: str, flaky: bool
) -> None:
    details = chinese[name]["statusDetails"]
    assert details["message"].startswith(message)
    assert details["flaky"] is flaky


def test_steps_come_from_events(chinese: dict[str, dict[str, Any]]) -> None:
    result = chinese["L02 小程序下单后网站积分更新"]
    assert [(step["name"], step["status"]) for step in result["steps"]] == [
        ("小程序 · 安娜在小程序下单 ¥88", "passed"),
        ("网站 · 安娜在网站看到 88 积分", "failed"),
    ]
    assert result["steps"][1]["stop"] - result["steps"][1]["start"] == 5100
    killed = chinese["L06 一端退出，两端退出"]
    assert killed["stop"] >= killed["start"] > 0, "allure-pytest wrote nothing of this one"


def test_the_description_shows_lag_exchanges_and_both_ends(chinese: dict[str, dict[str, Any]]) -> None:
    html = chinese["L02 小程序下单后网站积分更新"]["descriptionHtml"]
    assert "未到达（允许 5 秒，读取 21 次）" in html
    assert "points: &#39;120&#39; is not of type integer" in html
    assert html.count('src="data:image/png;base64,') == 2
    assert html.index('alt="网站"') < html.index('alt="小程序"')
    assert "pytest scenarios/linkage/test_points.py::test_points_after_order" in html
    # Allure's sanitizer drops a style sheet that comes first.
    assert not html.lstrip().startswith("<style")
    passed = chinese["L01 网站注册后可在小程序登录"]["descriptionHtml"]
    assert "0.31–0.62 秒之间（允许 5 秒，读取 7 次）" in passed
    assert "data:image" not in passed


def test_evidence_is_attached_once(sample: Any) -> None:
    test = "scenarios/a.py::test_a"
    sample.picture(test, "website", "首页", "home")
    live = sample.results / "11111111-attachment.png"
    live.write_bytes((sample.folder / "evidence/0-website.png").read_bytes())
    other = sample.results / "22222222-attachment.png"
    other.write_bytes(b"another picture")
    sample.verdict(test, result=False)
    sample.allure_result(test, "passed", attachments=[
        {"name": "home", "source": live.name, "type": "image/png"},
        {"name": "other", "source": other.name, "type": "image/png"},
    ])  # fmt: skip
    sample.log.close()
    (result,) = enriched(sample.folder).values()
    assert [item["name"] for item in result["attachments"]] == ["other", "网站 · 首页"]
    for item in result["attachments"]:
        assert (sample.folder / "allure-enriched" / item["source"]).is_file()


def test_a_picture_that_could_not_be_taken_is_left_out(sample: Any) -> None:
    data = {"title": {"zh": "首页", "en": "home"}, "type": "image/png", "missing": "TargetClosed"}
    sample.log.write(Evidence.model_validate(data), scenario="a.py::b", platform="website")
    sample.verdict("a.py::b", "failed")
    sample.log.close()
    (result,) = enriched(sample.folder).values()
    assert result["attachments"] == []


def test_a_result_belongs_to_the_test_its_label_names(sample: Any) -> None:
    """Name, full name and title path are the author's: allure.title changes them."""
    sample.verdict(
        "contracts/shared.yaml::website::getPoints", title={"zh": "积分", "en": "points"}, result=False
    )
    sample.allure_result("contracts/shared.yaml::website::getPoints", "passed", name="points", fullName="x#y")
    sample.log.close()
    assert list(enriched(sample.folder)) == ["积分"]


def test_a_result_cut_off_by_a_kill_is_told_from_events(sample: Any) -> None:
    sample.verdict("a.py::test_b", "broken", message="website died")
    next(sample.results.glob("*-result.json")).write_text('{"uuid": "1", "na')
    sample.log.close()
    (result,) = enriched(sample.folder).values()
    assert (result["fullName"], result["status"]) == ("a.py::test_b", "broken")


def test_only_fixtures_that_went_wrong_are_kept(sample: Any) -> None:
    sample.verdict("a.py::test_b")
    fixtures = [
        {"name": "good", "status": "passed"},
        {"name": "shop::<lambda>"},
        {"name": "bad", "status": "broken"},
    ]
    (sample.results / "1-container.json").write_text(
        json.dumps({"uuid": "1", "befores": fixtures, "afters": []})
    )
    (sample.results / "2-container.json").write_text(json.dumps({"uuid": "2", "befores": fixtures[:1]}))
    sample.log.close()
    enriched(sample.folder)
    (path,) = (sample.folder / "allure-enriched").glob("*-container.json")
    assert [item["name"] for item in json.loads(path.read_text())["befores"]] == ["bad"]


def test_the_raw_results_stay_as_they_are(full_run: Path) -> None:
    before = {path.name: path.read_bytes() for path in (full_run / "allure-results").iterdir()}
    enriched(full_run, "en")
    assert {path.name: path.read_bytes() for path in (full_run / "allure-results").iterdir()} == before


def test_contract_tests_that_differ_in_brackets_have_one_result_each(tmp_path: Path) -> None:
    """Allure's full name leaves the brackets out; both results have the same one."""
    nodes = [
        f"contracts/shared.yaml::website::getPoints{kind}"
        for kind in ("", "[pagination]", "[object_level_authorization]")
    ]
    (tmp_path / "allure-results").mkdir()
    finding = {"title": "bob is let through", "check": "object_level_authorization"}
    with EventLog(tmp_path, "r", "main") as log:
        for number, node in enumerate(nodes):
            data = {
                "backend": "website",
                "cases": 1,
                "seconds": 0.1,
                "findings": [finding] if "authorization" in node else [],
            }
            log.write(CheckResult.model_validate(data), scenario=node)
            verdict = {
                "test": node,
                "verdict": "failed" if "authorization" in node else "passed",
                "group": "conformance",
            }
            title = {"zh": node.rpartition("::")[2], "en": node.rpartition("::")[2]}
            log.write(Verdict.model_validate({**verdict, "title": title}), scenario=node)
            given = {"harnessTest": node, "owner": "orders", "story": "GET /api/points"}
            result = {
                "uuid": str(number),
                "name": "points",
                "fullName": "contracts.shared.website#getPoints",
                "titlePath": ["contracts", "shared.yaml", "website"],
                "labels": [{"name": name, "value": value} for name, value in given.items()],
            }
            path = tmp_path / "allure-results" / f"{number}-result.json"
            path.write_text(json.dumps(result), encoding="utf-8")
    results = enriched(tmp_path, "en")
    assert len(results) == 3
    said = {name: labels(result) for name, result in results.items()}
    assert {(each["owner"], each["story"]) for each in said.values()} == {("orders", "GET /api/points")}
    (bad,) = [each for name, each in said.items() if "authorization" in name]
    assert bad["severity"] == "critical"
    assert "harnessTest" not in bad
