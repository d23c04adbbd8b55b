"""Opening the pages of a mini-program one after the other, and what each of them takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.automator.client import SimulatorClient
from harness.core.errors import BrokenError, ProtocolError
from harness.core.polling import poll
from harness.core.text import Text
from harness.platforms.score_rules import Measured
from harness.platforms.simulator_process import SimulatorProcess

SETTLED_WITHIN = 10.0  # seconds
PERSON = {"openid": "oScore", "nickName": "小明"}
FAULT = Text(zh="模拟器自身出错：{message}", en="the simulator failed: {message}")


def measure(
    project: Path, *, hosts: Mapping[str, str], pages: Sequence[str], log: Path, options: Sequence[str] = ()
) -> Measured:
    """Open ``pages`` (with their query; all that app.json names, if none are given), each as soon as the last is still.

    BrokenError when the simulator itself fails; a page that does not open is an exception of the mini-program.
    """
    process = SimulatorProcess(project, hosts=hosts, wechat=None, log=log, options=options)
    try:
        app = process.control.new_app(PERSON)
        with closing(SimulatorClient(app.endpoint)) as client:
            seen = list(_tour(client, pages or _all_pages(client)))
            requests = client.call("Simulator.getMeasures")["requests"]
            ratio = _evaluate(client, "() => wx.getWindowInfo().pixelRatio")
        found = process.control.findings(port=app.port)
    finally:
        process.close()
    if found["faults"]:
        raise BrokenError(FAULT.format(message=found["faults"][0]["message"]))
    return Measured(
        pages=[page for page, _ in seen if page],
        requests=[each for each in requests if each["status"] or _origin(each["url"]) in hosts],
        exceptions=[
            *(each["message"] for each in found["exceptions"]),
            *(words for _, words in seen if words),
        ],
        pixel_ratio=float(ratio),
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
        yield _still(client), ""


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


def _all_pages(client: SimulatorClient) -> list[str]:
    return [str(page) for page in _evaluate(client, "() => __wxConfig.pages")]


def _evaluate(client: SimulatorClient, function: str) -> Any:
    return client.call("App.callFunction", {"functionDeclaration": function, "args": []})["result"]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
