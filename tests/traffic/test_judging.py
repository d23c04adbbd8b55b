from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from harness.checks import waivers
from harness.core.exchange import Exchange, Message
from harness.traffic.edges import Edge
from harness.traffic.judging import Judge, Judgement, judges

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
