"""The rules of the experience score: each is kept just within its limit, and lost just beyond it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.platforms.score import judge, score_of, summary
from harness.platforms.score_rules import NOT_MEASURED, RULES, AppMeasures

PAGE: dict[str, Any] = {
    "path": "pages/a/a",
    "setDataPerSecond": 20,
    "setDataBytes": 256 * 1024,
    "setDataMs": 500,
    "firstScreenMs": 5000,
    "nodes": 999,
    "depth": 29,
    "children": 60,
    "places": [{"name": "<button>买", "width": 20, "height": 20}],
    "pictures": [],
}
PICTURE = {
    "name": "<image>",
    "width": 100,
    "height": 100,
    "ownWidth": 200,
    "ownHeight": 200,
    "mode": "scaleToFill",
}
REQUEST = {"url": "https://a.example/x?token=1", "began": 0, "ended": 1000, "status": 200}


def measured(
    page: dict[str, Any] | None = None,
    requests: list[dict[str, Any]] | None = None,
    exceptions: tuple[str, ...] = (),
) -> AppMeasures:
    pages = [{**PAGE, "pictures": [PICTURE], **(page or {})}]
    return AppMeasures(pages, [REQUEST] if requests is None else requests, exceptions, pixel_ratio=2)


def lost(of: AppMeasures) -> dict[str, list[str]]:
    return {each.rule.name.en: [str(b.seen) for b in each.breaches] for each in judge(of) if each.breaches}


def at_once(count: int, ended: float | None) -> list[dict[str, Any]]:
    return [{**REQUEST, "began": number, "ended": ended} for number in range(count)]


BEYOND = {
    "first screen": (measured({"firstScreenMs": 5001}), ["5001 ms"]),
    "rendering": (measured({"setDataMs": 501}), ["501 ms"]),
    "calls of setData": (measured({"setDataPerSecond": 21}), ["21/s"]),
    "data of setData": (measured({"setDataBytes": 257 * 1024}), ["257 KB"]),
    "nodes of WXML": (measured({"nodes": 1000}), ["1000 nodes, 29 deep, up to 60 children"]),
    "time of requests": (measured(requests=[{**REQUEST, "ended": 1001}]), ["1001 ms"]),
    "requests at once": (measured(requests=at_once(11, 900)), ["11"]),
    "size of pictures": (
        measured({"pictures": [{**PICTURE, "ownWidth": 210, "ownHeight": 210}]}),
        ["<image>: 210 × 210, 100 × 100 px"],
    ),
    "proportions of pictures": (
        measured({"pictures": [{**PICTURE, "ownHeight": 170}]}),
        ["<image>: 0.85 → 1.00"],
    ),
    "places to tap": (
        measured({"places": [{"name": "<view>", "width": 19, "height": 20}]}),
        ["<view>: 19 × 20"],
    ),
    "exceptions": (measured(exceptions=("x is not defined",)), ["x is not defined"]),
    "failed requests": (
        measured(requests=[{**REQUEST, "status": 404}, {**REQUEST, "status": 0}]),
        ["404", "no answer"],
    ),
    "HTTPS": (measured(requests=[{**REQUEST, "url": "http://a.example/x"}]), ["http"]),
}


def test_all_rules_are_kept_at_their_limits() -> None:
    verdicts = judge(measured(requests=at_once(10, 900)))
    assert [each.rule.name.en for each in verdicts if each.breaches or each.empty] == []
    assert score_of(verdicts) == 100


@pytest.mark.parametrize("name", BEYOND)
def test_a_rule_alone_is_lost_beyond_its_limit(name: str) -> None:
    given, seen = BEYOND[name]
    assert lost(given) == {name: seen}
    weights = {rule.name.en: rule.weight for rule in RULES}
    assert score_of(judge(given)) == round(100 - 100 * weights[name] / sum(weights.values()))


def test_every_rule_has_been_seen_lost() -> None:
    assert set(BEYOND) == {rule.name.en for rule in RULES}
    assert len(RULES) + len(NOT_MEASURED) == 28


@pytest.mark.parametrize("page", [{"depth": 30}, {"children": 61}])
def test_depth_and_children_are_limited_too(page: dict[str, Any]) -> None:
    assert list(lost(measured(page))) == ["nodes of WXML"]


def test_requests_that_are_under_way_count_as_slow_ones_at_once() -> None:
    assert list(lost(measured(requests=at_once(11, None)))) == ["requests at once"]
    assert lost(measured(requests=at_once(11, 200))) == {}, "each takes at most 300 ms"


def test_a_mode_that_keeps_proportions_or_cuts_is_no_distortion() -> None:
    assert lost(measured({"pictures": [{**PICTURE, "ownHeight": 100, "mode": "aspectFill"}]})) == {}


def test_what_there_is_none_of_is_neither_kept_nor_lost() -> None:
    bare = measured({"pictures": [], "places": []}, requests=[])
    assert [each.rule.name.en for each in judge(bare) if each.empty] == [
        "time of requests",
        "requests at once",
        "size of pictures",
        "proportions of pictures",
        "places to tap",
        "failed requests",
        "HTTPS",
    ]
    assert score_of(judge(measured({"pictures": [], "nodes": 1000}, requests=[]))) == round(100 * 30 / 36)
    assert score_of(judge(AppMeasures([], [], (), 2))) == 0


def test_the_summary_says_what_is_left_out() -> None:
    given = AppMeasures(
        [PAGE],
        [],
        (),
        2,
        unanswered=("https://a.example",),
        elsewhere=("pages/b/b → pages/a/a",),
        more_requests=3,
    )
    said = [line.en for line in summary(given, judge(given))]
    assert said[0] == "experience score 100; pages: 1, requests: 0, rules: 7 of 28"
    assert "time of scripts" in said[1]
    assert said[2] == "pages that led elsewhere at once, and are not judged: pages/b/b → pages/a/a"
    assert said[3] == "requests that are not looked at: 3"
    assert said[4].startswith("servers that are not mapped, requests to them do not count: https://a.example")


def test_no_query_of_an_address_is_shown() -> None:
    [verdict] = [each for each in judge(measured(requests=[{**REQUEST, "status": 500}])) if each.breaches]
    assert verdict.breaches[0].where == "https://a.example/x"
