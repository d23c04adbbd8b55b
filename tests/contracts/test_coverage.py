from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.contracts import Index, Operation, load
from harness.contracts.coverage import OperationCoverage
from harness.contracts.coverage.keywords import questions
from harness.core.exchange import Exchange, Message

CONTRACT = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things/{id}:
    put:
      operationId: putThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, pattern: '^t_[0-9]$', minLength: 3}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1}}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
      responses:
        '200':
          description: Kept.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        '4XX': {description: Refused.}
components:
  schemas:
    Thing:
      type: object
      required: [name]
      additionalProperties: false
      properties:
        name: {type: string, maxLength: 3}
        parts: {type: array, items: {$ref: '#/components/schemas/Thing'}}
        kind:
          oneOf:
            - {type: object, required: [a], properties: {a: {const: 1}}}
            - {type: object, required: [b], properties: {b: {enum: [2, 3]}}}
"""


@pytest.fixture
def operation(tmp_path: Path) -> Operation:
    (tmp_path / "things.yaml").write_text(CONTRACT, encoding="utf-8")
    return load(tmp_path / "things.yaml").operations[0]


def hits(
    operation: Operation, path: str, body: object = None, answer: object = None, status: int = 200
) -> set[str]:
    exchange = Exchange(
        id="1",
        source="test",
        target="backend",
        method="PUT",
        path=path,
        request=Message((), b"" if body is None else json.dumps(body).encode()),
        status=status,
        response=Message((), b"" if answer is None else json.dumps(answer).encode()),
        started=0,
        ended=0,
    )
    found = Index([operation.contract]).find("PUT", path)
    assert found is not None
    shown = OperationCoverage(operation).hits(exchange, found.values)
    return {target.removeprefix("putThing|") for target in shown}


def test_targets_are_statuses_parameters_and_keywords(operation: Operation) -> None:
    targets = [target.removeprefix("putThing|") for target in OperationCoverage(operation).targets()]
    assert targets[:2] == ["status|200", "status|4XX"]
    assert {"query.limit|present", "query.limit|absent", "query.limit|minimum|invalid"} <= set(targets)
    assert {"body/name|maxLength|valid", "body/name|maxLength|invalid", "body|required:name|invalid"} <= set(
        targets
    )
    assert {"body/parts/*/name|maxLength|valid", "200/name|maxLength|valid"} <= set(targets)
    assert len(targets) == len(set(targets))


def test_what_cannot_be_broken_is_no_target(operation: Operation) -> None:
    targets = set(OperationCoverage(operation).targets())
    assert "putThing|path.id|absent" not in targets
    assert "putThing|path.id|minLength|invalid" not in targets
    assert "putThing|path.id|type|invalid" not in targets
    assert "putThing|query.limit|type|invalid" in targets
    assert not [
        target for target in targets if target.startswith("putThing|200") and target.endswith("invalid")
    ]


def test_a_schema_that_contains_itself_has_an_end(operation: Operation) -> None:
    assert len(OperationCoverage(operation).targets()) < 700


def test_an_exchange_hits_what_it_shows(operation: Operation) -> None:
    shown = hits(operation, "/things/t_1?limit=0", {"name": "long", "more": 1}, {"name": "abc"})
    assert {
        "status|200",
        "path.id|pattern|valid",
        "query.limit|present",
        "query.limit|type|valid",
        "query.limit|minimum|invalid",
        "body|present",
        "body|required:name|valid",
        "body|additionalProperties|invalid",
        "body/name|maxLength|invalid",
        "200/name|maxLength|valid",
    } <= shown
    assert "body/name|maxLength|valid" not in shown


def test_what_was_not_sent_is_not_asked(operation: Operation) -> None:
    shown = hits(operation, "/things/x", None, None, 404)
    assert shown == {
        "status|4XX",
        "path.id|present",
        "path.id|type|valid",
        "path.id|minLength|invalid",
        "path.id|pattern|invalid",
        "query.limit|absent",
        "body|absent",
    }


def test_of_an_answer_only_what_it_keeps_counts(operation: Operation) -> None:
    shown = hits(operation, "/things/t_1", None, {"name": "long"})
    assert "200/name|type|valid" in shown
    assert not [target for target in shown if target.startswith("200") and "invalid" in target]


def test_branches_are_told_apart(operation: Operation) -> None:
    shown = hits(operation, "/things/t_1", {"name": "a", "kind": {"b": 2}})
    assert {"body/kind|oneOf:1|valid", "body/kind|oneOf:0|invalid", "body/kind<1>/b|enum|valid"} <= shown
    assert "body/kind<0>|required:a|invalid" in shown  # an object, as that branch asks for, without its field


@pytest.mark.parametrize(
    ("schema", "value", "answers"),
    [
        ({"type": "integer"}, 5.0, {"type": True}),
        ({"type": "integer"}, True, {"type": False}),
        ({"type": ["string", "null"]}, None, {"type": True}),
        ({"type": "string", "nullable": True}, None, {"type": True}),
        ({"minimum": 1, "maximum": 3}, 3, {"minimum": True, "maximum": True}),
        ({"minimum": 1, "exclusiveMinimum": True}, 1, {"minimum": False}),
        ({"exclusiveMaximum": 3}, 3, {"exclusiveMaximum": False}),
        ({"minimum": 1}, "x", {"minimum": None}),
        ({"minLength": 0, "maxLength": 1}, "ab", {"maxLength": False}),
        ({"pattern": "^a"}, "ba", {"pattern": False}),
        ({"const": {"a": 1}}, {"a": 1}, {"const": True}),
        ({"enum": [1, "1"]}, True, {"enum": False}),
        ({"uniqueItems": True}, [1, 1], {"uniqueItems": False}),
        ({"multipleOf": 5}, 12, {"multipleOf": False}),
        ({"required": ["a", "b"]}, {"a": 1}, {"required:a": True, "required:b": False}),
        ({"additionalProperties": False, "properties": {"a": {}}}, {"a": 1}, {"additionalProperties": True}),
    ],
)
def test_questions(schema: dict[str, object], value: object, answers: dict[str, object]) -> None:
    assert {keyword: question(value) for keyword, question in questions(schema)} == answers
