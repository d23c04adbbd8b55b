from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from harness.core.text import Language
from harness.reporting.gate import judge
from harness.reporting.overview import render
from harness.reporting.settings import GateSettings
from tests.support.sample import Sample


def page(folder: Path, language: Language = "en") -> str:
    return render(judge(folder, GateSettings()), language, details="allure.html")


@pytest.fixture(scope="module")
def english(full_run: Path) -> str:
    return page(full_run)


@pytest.fixture(scope="module")
def chinese(full_run: Path) -> str:
    return page(full_run, "zh")


def test_lags_come_worst_first_with_their_scenario(english: str) -> None:
    shown = re.findall(r"<b>([\w ]+)</b><div class=\"soft small\">(L\d+) · ", english)
    assert shown == [("member points", "L02"), ("new member", "L01"), ("stock", "L04")]


@pytest.mark.parametrize("words", [
    "不可发布", "L02 小程序下单后网站积分更新", "停在第 2 步：安娜在网站看到 88 积分", "产品缺陷",
    "环境或工具故障", "0.31–0.62 秒之间（允许 5 秒，读取 7 次）", "未到达（允许 5 秒，读取 21 次）",
    "0.08 秒以内（允许 5 秒，读取 1 次）", "6 个接口，已验证 3 个", "DELETE /api/orders/{id}",
    "共记录 6 次请求与响应，其中 6 次归属到场景，0 次没有得到响应。", "未执行的 P0 测试",
    "Chromium 156", "harness demo", 'href="allure.html"', 'lang="zh-CN"',
])  # fmt: skip
def test_the_page_tells_in_chinese(chinese: str, words: str) -> None:
    assert words in chinese


@pytest.mark.parametrize("words", [
    "Do not release", "L02 Points of a mini-program order show on the website",
    "Stopped at step 2: Anna sees 88 points on the website", "Product fault",
    "between 0.31 and 0.62 s (allowed 5 s, 7 reads)", "never arrived (allowed 5 s, 21 reads)",
    "within 0.08 s (allowed 5 s, 1 read)", "6 operations, 3 exercised", "POST /sync/events", 'lang="en"',
])  # fmt: skip
def test_the_page_tells_in_english(english: str, words: str) -> None:
    assert words in english


def test_what_checks_sent_themselves_is_said_beside_every_figure_without_it(sample: Sample) -> None:
    sample.started()
    sample.exchange(sample.POINTS)
    sample.exchange(sample.POINTS, source="harness")
    sample.finished()
    sample.log.close()
    shown, own = page(sample.folder), "not counted: 1 that contract tests and linkage checks sent themselves"
    assert f"in 1 exchanges checked ({own})" in shown
    assert f"0 had no answer. {own}." in shown


def test_what_needs_attention_comes_worst_first(english: str) -> None:
    assert re.findall(r'<article class="problem ([\w-]+)">', english) == [
        "failed", "failed", "flaky", "broken", "broken", "not-run",
    ]  # fmt: skip
    assert english.index("L02 Points") < english.index("Member points keep the contract")


def test_both_ends_stand_side_by_side(english: str) -> None:
    assert english.count('src="data:image/png;base64,') == 2
    assert english.index('alt="Website"') < english.index('alt="Mini-program"')


def test_one_file_without_scripts_or_addresses(chinese: str) -> None:
    assert "<script" not in chinese
    assert re.findall(r"https?://", chinese) == []
    assert re.findall(r'(?:src|href)="(?!data:|allure\.html)', chinese) == []


def test_what_events_say_is_escaped(sample: Any) -> None:
    title = {"zh": "<b>甲</b>", "en": "<script>alert(1)</script>"}
    sample.started(name="<i>shop</i>")
    sample.verdict("a::b", "failed", id="L01", title=title, message="<img src=x>", platforms=["website"])
    sample.log.close()
    html = page(sample.folder)
    assert "<script>" not in html
    assert "<i>shop" not in html
    assert "<img" not in html


def test_a_clean_run_has_nothing_to_attend_to(sample: Any) -> None:
    sample.started()
    sample.verdict("a.py::b", id="L01", title={"zh": "甲", "en": "a"}, group="linkage", platforms=["website"])
    sample.finished()
    sample.log.close()
    html = page(sample.folder)
    assert "Passed, of what was run" in html
    assert "What needs attention" not in html
    assert '<div class="big">1/1</div><div class="note">all of them</div>' in html


def test_an_empty_run_still_has_a_page(sample: Any) -> None:
    sample.log.close()
    assert "Do not release: this run cannot be fully trusted (2 rules failed)" in page(sample.folder)


def test_without_allure_there_is_no_link(full_run: Path) -> None:
    assert "Allure" not in render(judge(full_run, GateSettings()), "en", details=None)


@pytest.mark.parametrize(
    ("pointer", "shown"),
    [
        ("shared.yaml#/paths/~1api~1points/get/responses/200", "GET /api/points"),
        ("shared.yaml#/paths/~1api~1points/get", "GET /api/points"),
        ("shared.yaml#/paths", "situation[closed]"),
        (None, "situation[closed]"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_finding_of_a_test_about_several_operations_is_told(
    sample: Sample, pointer: str | None, shown: str, language: Language
) -> None:
    """Such as ``links`` and ``situation[closed]``, whose ``operation`` is null."""
    test = "contracts/shared.yaml::website::situation[closed]"
    finding = {"check": "documented_situation", "title": "answers 200 while closed", "pointer": pointer}
    sample.conformance("website", None, 3, finding, test=test, kind="statuses")
    sample.verdict(test, "failed", group="contract", message={"zh": "不对", "en": "not right"})
    assert f"<code>{shown}</code>" in page(sample.folder, language)


def test_the_screen_of_the_step_that_failed_comes_first_and_nobodys_is_left_out(sample: Sample) -> None:
    for actor, platform, step in [
        ("anna", "website", None),
        ("anna", "miniprogram", 3),
        ("boris", "miniprogram", None),
    ]:
        title = f"{actor} on the {platform}"
        sample.picture("a::b", platform, title, title, actor=actor, step=step)
    sample.verdict("a::b", "failed", id="L01", title={"zh": "题", "en": "t"}, platforms=["website"])
    sample.log.close()
    shown = re.findall(r"<figcaption>.*? · (.*?)</figcaption>", page(sample.folder))
    assert shown == ["anna on the miniprogram", "anna on the website", "boris on the miniprogram"]
