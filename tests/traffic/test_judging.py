from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.checks import waivers
from harness.core.exchange import BodyFlaw, Exchange, Message
from harness.core.text import text_of
from harness.traffic.edges import Edge
from harness.traffic.judging import NOT_PROVIDED, PAGE, UNDOCUMENTED, Judge, Judgement, Unchecked, judges

CONTRACT = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema: {type: object, properties: {size: {type: integer}, name: {type: string}}}
"""
AT = "things.yaml#/paths/~1thing/get"
SIZE = f"{AT}/responses/200/content/application~1json/schema/properties/size/type"
IDENTITY = f"{AT} response_schema_conformance {SIZE}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "things.yaml").write_text(CONTRACT, encoding="utf-8")
    return tmp_path


def judge(folder: Path, **given: object) -> Judge:
    edge = Edge.model_validate(
        {
            "source": "browser",
            "target": "site",
            "port": 1,
            "upstream": "http://127.0.0.1:2",
            "contracts": [folder / "things.yaml"],
            **given,
        }
    )
    return judges([edge])[edge.name]


def judged(folder: Path, answer: object, **given: object) -> Judgement:
    message = Message((("Content-Type", "application/json"),), json.dumps(answer).encode())
    exchange = Exchange(
        id="1",
        source="browser",
        target="site",
        method="GET",
        path="/thing",
        request=Message((), b""),
        status=200,
        response=message,
        started=0,
        ended=0,
    )
    return judge(folder, **given)(exchange)


def test_a_violation_counts_unless_it_is_excused(folder: Path) -> None:
    bad = {"size": "12"}
    counted = judged(folder, bad)
    assert [item["pointer"] for item in counted.violations] == [SIZE]
    assert counted.waived == ()
    excused = judged(folder, bad, waived=[IDENTITY])
    assert excused.violations == ()
    assert excused.waived == (IDENTITY,)


def test_what_is_excused_excuses_nothing_else(folder: Path) -> None:
    found = judged(folder, {"size": "12", "name": 5}, waived=[IDENTITY])
    assert [item["where"] for item in found.violations] == ["response.body/name"]
    assert found.waived == (IDENTITY,)
    assert judged(folder, {"name": 5}, waived=[IDENTITY]).waived == ()


def asked(
    folder: Path,
    method: str,
    path: str,
    status: int | None = 200,
    kind: str = "application/json",
    *,
    sent: tuple[tuple[str, str], ...] = (),
    incomplete: Unchecked | None = None,
) -> Judgement:
    answer = None if status is None else Message((("Content-Type", kind),), b"")
    exchange = Exchange(
        id="1", source="browser", target="site", method=method, path=path, request=Message(sent, b""),
        status=status, response=answer, started=0, ended=0,
    )  # fmt: skip
    return judge(folder, health="/api/health")(exchange, incomplete)


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/coupons/17?page=2", 200, "GET /coupons/{id}"),
        ("GET", "/coupons/18", 404, "GET /coupons/{id}"),
        ("PUT", "/thing", 200, "PUT /thing"),
        ("POST", "/coupons", None, "POST /coupons"),
    ],
)
def test_an_undocumented_operation_is_named_and_no_violation(
    folder: Path, method: str, path: str, status: int | None, name: str
) -> None:
    judged = asked(folder, method, path, status)
    assert (judged.undocumented, judged.violations, judged.operation) == (name, (), None)
    assert judged.unchecked == UNDOCUMENTED
    left = Unchecked("client left", "the client left")
    broken_off = asked(folder, method, path, status, incomplete=left)
    assert (broken_off.undocumented, broken_off.unchecked) == (name, left)


def test_what_a_stand_in_of_ours_lacks_is_nobodys_undocumented_operation(folder: Path) -> None:
    exchange = Exchange(
        id="1", source="shop", target="site", method="POST", path="/coupons", request=Message((), b""),
        status=200, response=Message((("Content-Type", "application/json"),), b"{}"), started=0, ended=0,
    )  # fmt: skip
    judged = judge(folder, stand_in=True)(exchange)
    assert (judged.undocumented, judged.unchecked) == (None, NOT_PROVIDED)
    assert judge(folder)(exchange).undocumented == "POST /coupons"


HTML, FETCH = "text/html; charset=utf-8", ("Sec-Fetch-Dest", "empty")


@pytest.mark.parametrize(
    "given",
    [
        {"path": "/", "kind": HTML, "sent": (("Sec-Fetch-Dest", "document"),)},
        {"path": "/login", "method": "POST", "sent": (("Sec-Fetch-Dest", "document"),)},
        {"path": "/", "kind": HTML},
        {"path": "/cart", "kind": HTML, "sent": (FETCH, ("Accept", "text/html, application/xhtml+xml"))},
        {"path": "/assets/index-4fd2.js?v=3", "kind": "application/octet-stream"},
        {"path": "/favicon.ico", "status": 404, "kind": HTML},
        {"path": "/src/App.vue", "kind": "text/javascript", "sent": (("Sec-Fetch-Dest", "script"),)},
        {"path": "/avatar/17", "kind": "image/webp"},
        {"path": "/logo.svg", "status": None},
        {"path": "/api/health"},
    ],
)
def test_pages_files_and_health_are_no_undocumented_operations(folder: Path, given: dict[str, Any]) -> None:
    judged = asked(folder, **{"method": "GET", **given})
    assert (judged.undocumented, judged.unchecked) == (None, PAGE)


@pytest.mark.parametrize(
    "given",
    [
        # a website that answers every path with its page, and a server's own page for what it does not have
        {"path": "/coupons", "kind": HTML, "sent": (FETCH, ("Accept", "application/json"))},
        {"path": "/coupons", "status": 404, "kind": HTML},
        {"path": "/coupons.do"},
        {"path": "/coupons", "method": "POST", "kind": HTML},
        {"path": "/export", "kind": "text/csv"},
    ],
)
def test_what_looks_a_little_like_a_page_is_told(folder: Path, given: dict[str, Any]) -> None:
    assert asked(folder, **{"method": "GET", **given}).undocumented is not None


@pytest.mark.parametrize(
    "given",
    [
        {"path": "/thing", "method": "OPTIONS", "sent": (("Access-Control-Request-Method", "PUT"),)},
        {"path": "/socket", "status": 101, "incomplete": Unchecked("websocket", "a WebSocket")},
        {"path": "/coupons", "status": 451, "incomplete": Unchecked("refused", "the environment forbids it")},
        {"path": "/coupons", "status": 502, "incomplete": Unchecked("made unreachable", "for a test")},
    ],
)
def test_what_no_document_of_an_api_holds_is_told_nowhere(folder: Path, given: dict[str, Any]) -> None:
    judged = asked(folder, **{"method": "GET", **given})
    assert judged.undocumented is None
    assert judged.unchecked
    assert judged.unchecked.reason != "page"


def test_the_meant_status_of_an_envelope_is_told(folder: Path) -> None:
    envelope = {"errors": {"40400": 404}}
    assert judged(folder, {"code": 40400, "msg": "no"}, envelope=envelope).meant == 404
    assert judged(folder, {"code": 0, "data": {"size": 1}}, envelope=envelope).meant == 200
    assert judged(folder, {"size": 1}).meant is None


def test_waivers_excuse_their_own_backend_until_their_day(folder: Path) -> None:
    entry = (
        "- {{id: {id}, test: 'things.yaml::{end}::getThing', identity: '{identity}',"
        " reason: known, owner: li, expires: {day}}}\n"
    )
    today = date.today()
    rows = [
        ("a", "site", "x", today),
        ("b", "site", "y", today - timedelta(days=1)),
        ("c", "phone", "z", today),
    ]
    text = "".join(
        entry.format(id=id, end=end, identity=identity, day=day) for id, end, identity, day in rows
    )
    (folder / "waivers.yaml").write_text(text.replace("known", "known since May"), encoding="utf-8")
    excused = waivers.load(folder / "waivers.yaml")
    assert excused.identities("site") == ("x",)
    assert excused.identities("phone") == ("z",)
    assert excused.identities("other") == ()


def test_what_no_schema_can_judge_is_unchecked(folder: Path) -> None:
    text = CONTRACT.replace("application/json", "text/csv")
    (folder / "things.yaml").write_text(text, encoding="utf-8")
    exchange = Exchange(
        id="1",
        source="browser",
        target="site",
        method="GET",
        path="/thing",
        request=Message((), b""),
        status=200,
        response=Message((("Content-Type", "text/csv"),), b"size"),
        started=0,
        ended=0,
    )
    found = judge(folder)(exchange)
    words = "response.body: no schema of object can judge text/csv"
    assert (found.violations, found.unchecked) == ((), Unchecked("unread", words))


def test_a_coding_that_nobody_can_undo_is_unchecked_and_the_rest_is_judged(folder: Path) -> None:
    flaw = BodyFlaw(text_of("its content coding dcb cannot be undone here"))
    headers = (("Content-Type", "application/json"),)
    exchange = Exchange(
        id="1",
        source="browser",
        target="site",
        method="GET",
        path="/thing",
        request=Message((), b""),
        status=200,
        response=Message(headers, b"?", flaw),
        started=0,
        ended=0,
    )
    found = judge(folder)(exchange)
    words = "response.body: its content coding dcb cannot be undone here"
    assert (found.violations, found.unchecked) == ((), Unchecked("encoding", words))
    (undocumented,) = judge(folder)(replace(exchange, status=418)).violations
    assert undocumented["code"] == "undocumented-status"


def test_what_a_document_says_wrongly_is_neither_judged_nor_covered(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = "  /other: {get: {responses: {'204': {description: Nothing.}}}}\n"
    text = CONTRACT.replace("type: integer", "type: intger") + sound
    (folder / "things.yaml").write_text(text, encoding="utf-8")
    exchange = Exchange(
        id="1",
        source="browser",
        target="site",
        method="GET",
        path="/thing",
        request=Message((), b""),
        status=200,
        response=Message((("Content-Type", "application/json"),), b'{"size": "12"}'),
        started=0,
        ended=0,
    )
    of_site = judge(folder)
    found = of_site(exchange)
    assert found.violations == ()
    assert found.unchecked is not None
    assert "unknown type 'intger'" in found.unchecked.words
    assert of_site.covered(exchange) is None
    assert capsys.readouterr().err == ""
