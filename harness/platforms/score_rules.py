"""The rules of the experience score: their conditions, and where measures of pages and requests break them.

https://developers.weixin.qq.com/miniprogram/dev/framework/audits/performance.html, experience.html and
best-practice.html beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.core.masking import mask_text
from harness.core.text import Text

KB = 1024
SLOW_REQUEST_MS = 300
NODES = Text(
    zh="{nodes} 个节点，深度 {depth}，子节点最多 {children} 个",
    en="{nodes} nodes, {depth} deep, up to {children} children",
)
NO_ANSWER = Text(zh="无响应", en="no answer")
PROPORTION_MODES = {"scaleToFill", ""}

Page = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AppMeasures:
    """Pages as ``Simulator.getMeasures`` tells them; ``requests`` and ``exceptions`` of the whole app."""

    pages: Sequence[Page]
    requests: Sequence[Mapping[str, Any]]
    exceptions: Sequence[str]
    pixel_ratio: float
    unanswered: tuple[str, ...] = ()
    """Servers that were not reached for they are not mapped: what was asked of them counts nowhere."""
    elsewhere: tuple[str, ...] = ()
    """Pages that led to another as soon as they were opened: nothing is known of them."""
    more_requests: int = 0
    """Requests beyond those that are listed."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a rule is not kept, and what was seen there."""

    where: str
    seen: Text | str


@dataclass(frozen=True, slots=True)
class Rule:
    name: Text
    weight: int
    condition: Text
    breaches: Callable[[AppMeasures], Iterator[Breach]]
    about: Literal["pages", "requests", "pictures", "places"] = "pages"


def _limit(name: str, most: float, unit: str) -> Callable[[AppMeasures], Iterator[Breach]]:
    def breaches(measured: AppMeasures) -> Iterator[Breach]:
        for page in measured.pages:
            if page[name] > most:
                yield Breach(page["path"], f"{page[name]}{unit}")

    return breaches


def _set_data_size(measured: AppMeasures) -> Iterator[Breach]:
    for page in measured.pages:
        if page["setDataBytes"] > 256 * KB:
            yield Breach(page["path"], f"{page['setDataBytes'] / KB:.0f} KB")


def _nodes(measured: AppMeasures) -> Iterator[Breach]:
    for page in measured.pages:
        nodes, depth, children = page["nodes"], page["depth"], page["children"]
        if nodes >= 1000 or depth >= 30 or children > 60:
            yield Breach(page["path"], NODES.format(nodes=nodes, depth=depth, children=children))


def _slow_requests(measured: AppMeasures) -> Iterator[Breach]:
    for each in measured.requests:
        if each["ended"] is not None and each["ended"] - each["began"] > 1000:
            yield Breach(_address(each["url"]), f"{each['ended'] - each['began']:.0f} ms")


def _concurrent(measured: AppMeasures) -> Iterator[Breach]:
    slow = [
        each
        for each in measured.requests
        if each["ended"] is None or each["ended"] - each["began"] > SLOW_REQUEST_MS
    ]
    for each in slow:
        at = each["began"]
        others = [o for o in slow if o["began"] <= at and (o["ended"] is None or o["ended"] > at)]
        if len(others) > 10:
            yield Breach(_address(each["url"]), str(len(others)))
            return


def _failed_requests(measured: AppMeasures) -> Iterator[Breach]:
    for each in measured.requests:
        if each["ended"] is not None and not 200 <= each["status"] < 400:
            yield Breach(_address(each["url"]), str(each["status"]) if each["status"] else NO_ANSWER)


def _plain_http(measured: AppMeasures) -> Iterator[Breach]:
    for url in dict.fromkeys(_address(each["url"]) for each in measured.requests):
        if url.startswith("http:"):
            yield Breach(url, "http")


def _small_places(measured: AppMeasures) -> Iterator[Breach]:
    for page in measured.pages:
        for place in page["places"]:
            if place["width"] < 20 or place["height"] < 20:
                yield Breach(
                    page["path"], f"{mask_text(place['name'])}: {place['width']} × {place['height']}"
                )


def _large_pictures(measured: AppMeasures) -> Iterator[Breach]:
    for page in measured.pages:
        for each in page["pictures"]:
            shown = each["width"] * each["height"] * measured.pixel_ratio**2
            if each["ownWidth"] * each["ownHeight"] > shown:
                size = (
                    f"{each['ownWidth']} × {each['ownHeight']}, {each['width']:.0f} × {each['height']:.0f} px"
                )
                yield Breach(page["path"], f"{each['name']}: {size}")


def _distorted(measured: AppMeasures) -> Iterator[Breach]:
    for page in measured.pages:
        for each in page["pictures"]:
            own, shown = each["ownHeight"] / each["ownWidth"], each["height"] / each["width"]
            if each["mode"] in PROPORTION_MODES and abs(shown / own - 1) > 0.15:
                yield Breach(page["path"], f"{each['name']}: {own:.2f} → {shown:.2f}")


def _exceptions(measured: AppMeasures) -> Iterator[Breach]:
    for message in measured.exceptions:
        yield Breach("", mask_text(message))


def _address(url: str) -> str:
    return mask_text(url.partition("?")[0])


RULES = (
    Rule(
        Text(zh="首屏时间", en="first screen"),
        6,
        Text(zh="不超过 5 秒", en="within 5 s"),
        _limit("firstScreenMs", 5000, " ms"),
    ),
    Rule(
        Text(zh="渲染时间", en="rendering"),
        6,
        Text(zh="不超过 500 毫秒", en="within 500 ms"),
        _limit("setDataMs", 500, " ms"),
    ),
    Rule(
        Text(zh="setData 调用频率", en="calls of setData"),
        6,
        Text(zh="每秒不超过 20 次", en="at most 20 in a second"),
        _limit("setDataPerSecond", 20, "/s"),
    ),
    Rule(
        Text(zh="setData 数据大小", en="data of setData"),
        6,
        Text(zh="不超过 256 KB", en="at most 256 KB"),
        _set_data_size,
    ),
    Rule(
        Text(zh="WXML 节点数", en="nodes of WXML"),
        6,
        Text(
            zh="少于 1000 个，深度少于 30 层，子节点不超过 60 个",
            en="fewer than 1,000, less than 30 deep, at most 60 children",
        ),
        _nodes,
    ),
    Rule(
        Text(zh="请求耗时", en="time of requests"),
        5,
        Text(zh="都在 1 秒内返回", en="each answered within 1 s"),
        _slow_requests,
        "requests",
    ),
    Rule(
        Text(zh="网络请求数", en="requests at once"),
        5,
        Text(zh="耗时超过 300 毫秒的并发不超过 10 个", en="at most 10 that take more than 300 ms"),
        _concurrent,
        "requests",
    ),
    Rule(
        Text(zh="图片大小", en="size of pictures"),
        4,
        Text(zh="像素不多于显示区域的设备像素", en="no more pixels than the screen shows of them"),
        _large_pictures,
        "pictures",
    ),
    Rule(
        Text(zh="保持图片大小比例", en="proportions of pictures"),
        4,
        Text(zh="高宽比与原图相差不超过 15%", en="within 15% of the picture's own"),
        _distorted,
        "pictures",
    ),
    Rule(
        Text(zh="可点击元素的响应区域", en="places to tap"),
        3,
        Text(zh="宽高都不小于 20 px", en="at least 20 px wide and high"),
        _small_places,
        "places",
    ),
    Rule(
        Text(zh="避免 JS 异常", en="exceptions"), 3, Text(zh="没有 JS 异常", en="no exceptions"), _exceptions
    ),
    Rule(
        Text(zh="避免网络请求异常", en="failed requests"),
        3,
        Text(zh="所有请求成功返回", en="each request succeeds"),
        _failed_requests,
        "requests",
    ),
    Rule(
        Text(zh="使用 HTTPS", en="HTTPS"),
        1,
        Text(zh="都使用 HTTPS", en="every request"),
        _plain_http,
        "requests",
    ),
)

NOT_MEASURED = (
    Text(zh="脚本执行时间", en="time of scripts"),
    Text(zh="图片请求数", en="requests for pictures"),
    Text(zh="图片缓存", en="caching of pictures"),
    Text(zh="网络请求缓存", en="caching of requests"),
    Text(zh="避免 setData 数据冗余", en="data of setData that no template uses"),
    Text(zh="开启惯性滚动", en="scrolling with inertia"),
    Text(zh="避免使用 :active 伪类来实现点击态", en=":active instead of hover-class"),
    Text(zh="iPhone X 兼容", en="iPhone X"),
    Text(zh="窗口变化适配", en="sizes of the window"),
    Text(zh="合理的颜色搭配", en="colours"),
    Text(zh="废弃接口", en="deprecated APIs"),
    Text(zh="最低基础库版本", en="lowest base library"),
    Text(zh="移除不可访问到的页面", en="pages that cannot be reached"),
    Text(zh="WXSS 使用率", en="use of WXSS"),
    Text(zh="及时回收定时器", en="timers"),
)
