"""Opening the pages of a mini-program one after the other, and what each of them takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.automator.client import SimulatorClient
from harness.core.errors import BrokenError, ProtocolError, UsageError
from harness.core.nearest import ANY, nearest
from harness.core.polling import poll
from harness.core.text import Text
from harness.platforms.score_rules import AppMeasures
from harness.platforms.simulator_process import SimulatorProcess

SETTLED_WITHIN = 10.0  # seconds
PERSON = {"openid": "oScore", "nickName": "小明"}
NO_PAGE = Text(
    zh="--page：app.json 中没有页面 {page}；最接近的是 {nearest}",
    en="--page: app.json names no page {page}; the nearest is {nearest}",
)
FAULT = Text(zh="模拟器自身出错：{message}", en="the simulator failed: {message}")


def measure(
    project: Path, *, hosts: Mapping[str, str], pages: Sequence[str], log: Path, options: Sequence[str] = ()
) -> AppMeasures:
    """Open ``pages`` (with their query; all that app.json names, if none are given), each as soon as the last is still.

    BrokenError when the simulator itself fails; a page that does not open is an exception of the mini-program.
    """
    process = SimulatorProcess(project, hosts=hosts, wechat=None, log=log, options=options)
    try:
        app = process.control.new_app(PERSON)
        with closing(SimulatorClient(app.endpoint)) as client:
            known = [str(page) for page in _evaluate(client, "() => __wxConfig.pages")]
            _demand(pages, known)
            client.call("Simulator.getMeasures")  # from here on
            seen = list(_tour(client, pages or known))
            told = client.call("Simulator.getMeasures")
            requests = told["requests"]
            ratio = _evaluate(client, "() => wx.getWindowInfo().pixelRatio")
        found = process.control.findings(port=app.port)
    finally:
        process.close()
    if found["faults"]:
        raise BrokenError(FAULT.format(message=found["faults"][0]["message"]))
    return AppMeasures(
        pages=[page for page, _ in seen if "nodes" in page],
        requests=[each for each in requests if each["status"] or _origin(each["url"]) in hosts],
        exceptions=[
            *(each["message"] for each in found["exceptions"]),
            *(words for _, words in seen if words),
        ],
        pixel_ratio=float(ratio),
        elsewhere=tuple(page["elsewhere"] for page, _ in seen if "elsewhere" in page),
        more_requests=told["more"],
        unanswered=tuple(
            sorted({_origin(each["url"]) for each in requests if not each["status"]} - set(hosts))
        ),
    )


def _tour(client: SimulatorClient, pages: Sequence[str]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Measures of each page, or why it did not open."""
    for page in pages:
        try:
            client.call("App.callWxMethod", {"method": "reLaunch", "args": [{"url": f"/{page.lstrip('/')}"}]})
        except ProtocolError as error:
            yield {}, f"{page}: {error}"
            continue
        there = _still(client)
        route = _route(page)
        yield (there if there["path"] == route else {"elsewhere": f"{route} → {there['path']}"}), ""


def _still(client: SimulatorClient) -> Mapping[str, Any]:
    """The page's measures once its requests have ended and its nodes have stayed as they are, or in the end."""
    before: list[object] = [None]

    def read() -> tuple[Mapping[str, Any], bool]:
        told = client.call("Simulator.getMeasures")
        page = told["page"]
        now = json.dumps([page["nodes"], page["pictures"], page["setDataBytes"]])
        still = before[0] == now and all(each["ended"] is not None for each in told["requests"])
        before[0] = now
        return page, still

    page, _ = poll(read, lambda seen: seen[1], within=SETTLED_WITHIN, every=0.3).value
    return page


def _route(page: str) -> str:
    return page.lstrip("/").partition("?")[0]


def _demand(pages: Sequence[str], known: Sequence[str]) -> None:
    """UsageError for a page that app.json does not name."""
    for page in pages:
        if _route(page) not in known:
            raise UsageError(NO_PAGE.format(page=page, nearest=nearest(_route(page), known, alike=ANY)))


def _evaluate(client: SimulatorClient, function: str) -> Any:
    return client.call("App.callFunction", {"functionDeclaration": function, "args": []})["result"]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
