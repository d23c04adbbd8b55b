from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.contracts import Checked, Index, check, load
from harness.contracts.envelope import MEANT, EnvelopeSettings, Meaning, Problem, meaning, opened
from harness.core.errors import UsageError
from harness.core.exchange import BodyFlaw, Exchange, Message
from harness.core.text import text_of

PLAIN = EnvelopeSettings(errors={"40100": 401, "40400": 404, "A0001": 400})
WRAPPED = EnvelopeSettings(errors={"40400": 404}, wrapped=True)

CONTRACT = """\
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /thing:
    get:
      responses:
        '200':
          description: A thing.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
  /strict:
    get:
      responses:
        '200':
          description: A thing.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        '401': {description: Nobody is logged in.}
  /gone:
    delete:
      responses: {'200': {description: Done.}}
  /file:
    get:
      x-envelope: false
      responses:
        '200': {description: A file., content: {text/plain: {schema: {type: string}}}}
components:
  schemas:
    Thing: {type: object, required: [id], properties: {id: {type: integer}}, additionalProperties: false}
"""


def answered(
    path: str, body: object, *, status: int = 200, method: str = "GET", media: str = "application/json"
) -> Exchange:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    message = Message((("Content-Type", media),), raw)
    return Exchange(
        id="1",
        source="test",
        target="backend",
        method=method,
        path=path,
        request=Message((), b""),
        status=status,
        response=message,
        started=0,
        ended=0,
    )


@pytest.fixture
def index(tmp_path: Path) -> Index:
    (tmp_path / "things.yaml").write_text(CONTRACT, encoding="utf-8")
    return Index([load(tmp_path / "things.yaml")])


def said(judged: Checked) -> list[tuple[str, str, str]]:
    return [(item.code, item.where, item.expected.en) for item in judged.violations]


@pytest.mark.parametrize(
    ("body", "status", "inner", "wire"),
    [
        ({"code": 0, "msg": "ok", "data": {"id": 1}}, 200, b'{"id": 1}', "HTTP 200, code 0 (ok)"),
        ({"code": "0", "msg": "", "data": None}, 200, b"null", "HTTP 200, code 0"),
        ({"code": 0, "msg": None}, 200, b"", "HTTP 200, code 0"),
        ({"code": 40100, "msg": "登录"}, 401, None, "HTTP 200, code 40100 (登录)"),
        ({"code": "A0001"}, 400, None, "HTTP 200, code A0001"),
    ],
)
def test_an_answer_means_a_status_and_a_body(
    body: object, status: int, inner: bytes | None, wire: str
) -> None:
    raw = json.dumps(body).encode()
    found = meaning(PLAIN, 200, raw)
    assert found == Meaning(status, raw if inner is None else inner, wire)


@pytest.mark.parametrize("body", [b"<html>", b'{"data": {}}', b"[]", b'{"code": true}', b'{"code": 40101}'])
def test_an_answer_that_is_no_envelope_is_a_problem(body: bytes) -> None:
    assert isinstance(meaning(PLAIN, 200, body), Problem)


def test_an_unknown_code_names_the_nearest() -> None:
    found = meaning(PLAIN, 200, b'{"code": 40101}')
    assert isinstance(found, Problem)
    assert found.where == "response.body/code"
    assert found.expected.en == "a code the envelope knows: 0, 40100, 40400, A0001; the nearest is 40100"


def test_an_http_error_is_what_it_says() -> None:
    assert meaning(PLAIN, 502, b"<html>") == Meaning(502, b"<html>", "")


def test_the_inner_data_is_checked_against_the_document(index: Index) -> None:
    good = answered("/thing", {"code": 0, "msg": "ok", "data": {"id": 1}})
    assert said(check(good, index, envelope=PLAIN)) == []
    bad = answered("/thing", {"code": 0, "msg": "ok", "data": {"id": "1"}})
    assert said(check(bad, index, envelope=PLAIN)) == [("response-body", "response.body/id", "integer")]
    absent = answered("/thing", {"code": 0, "msg": "ok"})
    assert [code for code, _, _ in said(check(absent, index, envelope=PLAIN))] == ["response-body"]


def test_an_operation_without_errors_may_answer_those_of_the_envelope(index: Index) -> None:
    missing = {"code": 40400, "msg": "no"}
    judged = check(answered("/thing", missing), index, envelope=PLAIN)
    assert said(judged) == []
    assert judged.meant == 404
    strict = said(check(answered("/strict", missing), index, envelope=PLAIN))
    assert strict == [("undocumented-status", "response.status", "200, 401")]
    assert said(check(answered("/strict", {"code": 40100}), index, envelope=PLAIN)) == []


def test_no_data_is_no_body(index: Index) -> None:
    done = answered("/gone", {"code": 0, "msg": "ok", "data": None}, method="DELETE")
    assert said(check(done, index, envelope=PLAIN)) == []


def test_a_wrapped_document_shows_the_whole_envelope(tmp_path: Path) -> None:
    text = CONTRACT.replace(
        "required: [id], properties: {id:", "required: [code], properties: {msg: {}, code:"
    )
    (tmp_path / "things.yaml").write_text(text, encoding="utf-8")
    index = Index([load(tmp_path / "things.yaml")])
    assert said(check(answered("/thing", {"code": 0, "msg": "ok"}), index, envelope=WRAPPED)) == []
    judged = check(answered("/thing", {"code": 40400, "msg": "no"}), index, envelope=WRAPPED)
    assert (judged.meant, said(judged)) == (404, [])
    strange = said(check(answered("/thing", {"code": 0, "data": 1}), index, envelope=WRAPPED))
    assert [code for code, _, _ in strange] == ["response-body"]


def test_an_operation_may_have_no_envelope(index: Index) -> None:
    file = answered("/file", b"hello", media="text/plain")
    assert said(check(file, index, envelope=PLAIN)) == []


def test_a_problem_is_a_violation_of_its_own(index: Index) -> None:
    judged = check(answered("/thing", b"<html>", media="text/html"), index, envelope=PLAIN)
    assert said(judged) == [("envelope", "response.body", "JSON in the envelope")]


@pytest.mark.parametrize(
    ("flaw", "violations", "unchecked"),
    [
        (
            BodyFlaw(text_of("cut"), text_of("content in gzip")),
            [("response-body", "response.body", "content in gzip")],
            [],
        ),
        (BodyFlaw(text_of("unknown")), [], ["response.body: unknown"]),
    ],
)
def test_an_envelope_still_in_its_coding_is_not_opened(
    flaw: BodyFlaw, violations: list[tuple[str, str, str]], unchecked: list[str], index: Index
) -> None:
    exchange = answered("/thing", b"?")
    assert exchange.response is not None
    judged = check(replace(exchange, response=replace(exchange.response, flaw=flaw)), index, envelope=PLAIN)
    assert said(judged) == violations
    assert [part.words.en for part in judged.unchecked] == unchecked


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("[" * 100_000, "its JSON is nested too deep"),
        ("1" * 5_000, "it has an integer of more than 4300 digits"),
        ("1e400", "it has a number too large for a double"),
    ],
    ids=["deep", "digits", "exponent"],
)
def test_an_envelope_that_nobody_can_read_is_unchecked(inner: str, words: str, index: Index) -> None:
    judged = check(answered("/thing", f'{{"code": 0, "data": {inner}}}'.encode()), index, envelope=PLAIN)
    assert said(judged) == []
    assert [part.words.en for part in judged.unchecked] == [f"response.body: {words}"]


def test_an_opened_answer_is_not_opened_again(index: Index) -> None:
    once, problem = opened(answered("/thing", {"code": 0, "data": {"code": 40400}}), PLAIN)
    assert problem is None
    assert once.response is not None
    assert once.response.header(MEANT) == "HTTP 200, code 0"
    assert opened(once, PLAIN) == (once, None)


def test_a_document_may_say_the_envelope(tmp_path: Path) -> None:
    text = CONTRACT.replace("paths:", "x-envelope: {errors: {'40400': 404}}\npaths:", 1)
    (tmp_path / "things.yaml").write_text(text, encoding="utf-8")
    judged = check(answered("/thing", {"code": 40400}), Index([load(tmp_path / "things.yaml")]))
    assert (judged.meant, said(judged)) == (404, [])


def test_a_wrong_declaration_is_one_error_with_its_line(tmp_path: Path) -> None:
    text = CONTRACT.replace("paths:", "x-envelope: {succes: [0]}\npaths:", 1)
    (tmp_path / "things.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(tmp_path / "things.yaml")
    assert str(caught.value).endswith("things.yaml:3: x-envelope has no 'succes'; did you mean 'success'?")
