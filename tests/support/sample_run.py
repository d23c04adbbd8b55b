"""One run with everything a report can show, and the fixtures that hand it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.payloads import ProcessExit
from tests.support.sample import (
    BOTH,
    CHECK,
    OPERATIONS,
    ORDERS,
    POINTS,
    REGISTER,
    RUN,
    SESSION,
    SYNC,
    Sample,
)


def fill(sample: Sample) -> None:
    """One run with every kind of ending: five passed, two failed, one each broken, flaky, not run, killed."""
    s = sample
    s.started(operations=OPERATIONS)

    s.conformance("website", POINTS, 41)
    s.conformance("website", SESSION, 28)
    s.conformance(
        "miniprogram",
        POINTS,
        39,
        {
            "title": {"zh": "积分以文本返回", "en": "points come as text"},
            "pointer": POINTS + "/responses/200",
            "check": "response_schema_conformance",
            "expected": "integer",
            "seen": '"120"',
            "curl": "curl -X GET {miniprogram}/api/member/points",
        },
        test="contracts/test_conformance.py::test_operation[miniprogram-memberPoints]",
    )
    for backend, verdict in (("website", "passed"), ("miniprogram", "failed")):
        platform = {"zh": "网站后端" if backend == "website" else "小程序后端", "en": f"{backend} backend"}
        s.verdict(
            f"contracts/test_conformance.py::test_operation[{backend}-memberPoints]",
            verdict,
            title={
                "zh": f"查询会员积分符合接口规范：{platform['zh']}",
                "en": f"Member points keep the contract: {platform['en']}",
            },
            group="contract",
            platforms=[backend],
            fault="ContractViolation" if verdict == "failed" else None,
            message="积分以文本返回 / points come as text" if verdict == "failed" else None,
        )

    test = "scenarios/platform/test_website.py::test_home"
    title = {"zh": "网站首页能打开", "en": "The website's home page opens"}
    s.scenario(test, "W01", title, priority="P1", level="platform")
    s.step(test, 1, "website", "安娜打开网站首页", "Anna opens the website's home page")
    s.verdict(test, id="W01", title=title, group="platform", platforms=["website"], priority="P1")

    test = f"{CHECK}::test_sign_up_then_log_in"
    title = {"zh": "网站注册后可在小程序登录", "en": "Signed up on the website, logs in on the mini-program"}
    trace = s.scenario(test, "L01", title)
    s.exchange(REGISTER, trace, "0000000100000001", status=201, method="POST")
    s.step(test, 1, "website", "安娜用手机号在网站注册", "Anna signs up on the website with her phone")
    s.exchange(SYNC, trace, "ab12cd34ef567890", source="website", target="miniprogram", method="POST")
    s.exchange(SESSION, trace, "0000000100000002", source="simulator", target="miniprogram", method="POST")
    s.step(test, 2, "miniprogram", "安娜用微信登录小程序", "Anna logs in on the mini-program with WeChat")
    s.lag(test, 3, 0.31, 0.62)
    s.step(test, 3, "miniprogram", "安娜看到同一个会员号", "Anna sees the same member number", seconds=0.62)
    s.picture(test, "website", "注册完成", "signed up")
    s.verdict(test, id="L01", title=title, **BOTH, priority="P0")

    test = "scenarios/linkage/test_points.py::test_points_after_order"
    title = {"zh": "小程序下单后网站积分更新", "en": "Points of a mini-program order show on the website"}
    trace = s.scenario(test, "L02", title, entities=["order", "points"])
    s.exchange(ORDERS, trace, "0000000100000001", source="simulator", target="miniprogram", method="POST")
    s.step(test, 1, "miniprogram", "安娜在小程序下单 ¥88", "Anna places an order of ¥88 in the mini-program")
    wrong = {
        "code": "response-body",
        "pointer": POINTS + "/responses/200/content/application~1json/schema/properties/points",
        "where": "response.body/points",
        "expected": "integer",
        "seen": '"120"',
        "message": "points: '120' is not of type integer",
    }
    s.exchange(POINTS, trace, "0000000100000002", violations=[wrong], url="/api/member/points")
    s.exchange(POINTS, trace, "0000000100000002", violations=[wrong], url="/api/member/points")
    s.lag(
        test,
        2,
        5.0,
        None,
        entity="points",
        title={"zh": "会员积分", "en": "member points"},
        reads=21,
        **{"from": "miniprogram", "to": "website"},
    )
    s.step(
        test,
        2,
        "website",
        "安娜在网站看到 88 积分",
        "Anna sees 88 points on the website",
        "failed",
        seconds=5.1,
    )
    s.picture(test, "website", "会员中心", "member page")
    s.picture(test, "miniprogram", "我的", "mine")
    s.verdict(
        test,
        "failed",
        id="L02",
        title=title,
        **BOTH,
        priority="P0",
        fault="LinkageFault",
        seconds=7.9,
        message="小程序下单 5 秒后，网站积分仍为 0（应为 88）\n  last seen  0 (21 reads)",
    )

    test = f"{CHECK}::test_change_phone"
    title = {"zh": "换绑手机号后两端一致", "en": "A changed phone is the same on both ends"}
    s.scenario(test, "L03", title, priority="P1")
    s.step(test, 1, "website", "博在网站换绑手机号", "Bo changes his phone on the website", actor="bo")
    s.step(test, 2, "miniprogram", "博打开小程序", "Bo opens the mini-program", "broken", actor="bo")
    s.verdict(
        test,
        "broken",
        id="L03",
        title=title,
        **BOTH,
        priority="P1",
        fault="ProcessDied",
        message="simulator died: signal 9",
    )
    s.log.write(
        ProcessExit(name="simulator", exit_code=None, signal="SIGKILL", expected=False, last_words="killed")
    )
    s.log.write(ProcessExit(name="website", exit_code=0, signal=None, expected=True, last_words=""))

    test = "scenarios/linkage/test_stock.py::test_last_item"
    title = {"zh": "最后一件商品两端同时下单", "en": "The last item, bought from both ends at once"}
    s.scenario(test, "L04", title, priority="P1", entities=["stock"])
    s.step(test, 1, "website", "安娜与博同时下单", "Anna and Bo buy at the same moment")
    s.lag(test, 1, None, 0.08, entity="stock", title={"zh": "库存", "en": "stock"}, reads=1)
    for verdict in ("failed", "passed"):
        s.verdict(
            test,
            verdict,
            id="L04",
            title=title,
            **BOTH,
            priority="P1",
            result=verdict == "failed",
            fault="LinkageFault" if verdict == "failed" else None,
            message="两单都成功 / both orders were accepted" if verdict == "failed" else None,
        )

    test = "scenarios/linkage/test_scan.py::test_scan_login"
    title = {"zh": "微信扫码登录网站", "en": "Website log-in by WeChat scan"}
    s.verdict(
        test,
        "not run",
        id="L05",
        title=title,
        **BOTH,
        priority="P0",
        message="模拟器不支持扫码 / the simulator cannot scan",
        seconds=None,
    )

    test = "scenarios/linkage/test_logout.py::test_log_out_everywhere"
    title = {"zh": "一端退出，两端退出", "en": "Logged out on one end, logged out on both"}
    s.scenario(test, "L06", title, priority="P2")
    s.step(test, 1, "website", "安娜在网站退出登录", "Anna logs out on the website")

    test = "scenarios/experience/test_smooth.py::test_first_visit"
    title = {"zh": "新用户首次使用流程顺畅", "en": "A first visit goes smoothly"}
    s.verdict(test, id="E01", title=title, group="experience", platforms=["miniprogram"], priority="P2")
    s.verdict("tests/test_other.py::test_plain")
    s.finished(1)
    s.log.close()


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """An empty run folder inside a reports folder."""
    sample = Sample(tmp_path / "reports" / "runs" / RUN)
    yield sample
    sample.log.close()


@pytest.fixture(scope="session")
def full_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with every kind of ending; read it only."""
    sample = Sample(tmp_path_factory.mktemp("full") / "reports" / "runs" / RUN)
    fill(sample)
    return sample.folder
