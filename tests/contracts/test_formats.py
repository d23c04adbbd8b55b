from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.contracts import Contract, Index, bundle, check, load
from harness.contracts.fields import answer_schemas
from harness.core.errors import UsageError
from harness.core.exchange import Exchange, Message

FORMATS = Path(__file__).parents[1] / "fixture_contracts" / "formats"


def exchange(
    method: str, path: str, body: object = None, answer: object = None, status: int = 200
) -> Exchange:
    sent = () if body is None else (("Content-Type", "application/json"),)
    came = () if answer is None else (("Content-Type", "application/json"),)
    return Exchange(
        id="1",
        source="test",
        target="backend",
        method=method,
        path=path,
        request=Message(sent, b"" if body is None else json.dumps(body).encode()),
        status=status,
        response=Message(came, b"" if answer is None else json.dumps(answer).encode()),
        started=0,
        ended=0,
    )


def violations(contract: Contract, **parts: object) -> list[tuple[str, str]]:
    judged = check(exchange(**parts), Index([contract]))  # type: ignore[arg-type]
    assert judged.operation is not None
    return [(violation.pointer, violation.where) for violation in judged.violations]


def line(contract: Contract, pointer: str) -> str:
    """The text in the file at the line a pointer of a finding leads to."""
    source = contract.library.root.source
    (number,) = {
        source.line(known)
        for known in _places(contract)
        if f"{source.name}#{source.origin(known)}" == pointer
    }
    assert number is not None
    return source.path.read_text(encoding="utf-8").splitlines()[number - 1].strip()


def _places(contract: Contract) -> list[str]:
    found: list[str] = []

    def walk(value: object, pointer: str) -> None:
        found.append(pointer)
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
        elif isinstance(value, list):
            for number, item in enumerate(value):
                walk(item, f"{pointer}/{number}")

    walk(contract.document, "")
    return found


@pytest.fixture
def pets() -> Contract:
    return load(FORMATS / "pets.swagger.yaml")


def test_swagger_2_is_read_with_its_base_path(pets: Contract) -> None:
    labels = [operation.label for operation in pets.operations]
    assert labels == ["GET /v2/pets", "POST /v2/pets", "POST /v2/pets/{id}/photo"]
    assert pets.document["servers"] == [{"url": "https://pets.example/v2"}]


def test_swagger_2_schemes_of_security(pets: Contract) -> None:
    assert pets.document["components"]["securitySchemes"] == {
        "key": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"},
        "plain": {"type": "http", "scheme": "basic"},
        "oauth": {
            "type": "oauth2",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "https://a",
                    "tokenUrl": "https://t",
                    "scopes": {"r": "read"},
                }
            },
        },
    }


TOM = {"id": 1, "name": "Tom"}


@pytest.mark.parametrize(
    ("parts", "pointer", "text"),
    [
        ({"path": "/v2/pets?size=51", "answer": [TOM]}, "/parameters/PageSize", "PageSize:"),
        ({"path": "/v2/pets?ids=1,x", "answer": [TOM]}, "/paths/~1pets/get/parameters/2", "- {name: ids"),
        (
            {"path": "/v2/pets", "answer": [{"id": "1", "name": "Tom"}]},
            "/definitions/Pet/properties/id",
            "id: {type: integer}",
        ),
        (
            {"path": "/v2/pets", "answer": {}},
            "/paths/~1pets/get/responses/200/schema",
            "schema: {type: array",
        ),
        (
            {
                "method": "POST",
                "path": "/v2/pets",
                "body": {"id": 1, "name": "Tommmmmmy"},
                "answer": TOM,
                "status": 201,
            },
            "/definitions/Pet/properties/name",
            "name: {type: string, maxLength: 8}",
        ),
    ],
)
def test_violations_of_swagger_2_point_into_the_original(
    pets: Contract, parts: dict[str, object], pointer: str, text: str
) -> None:
    (found, _), *_ = violations(pets, **{"method": "GET", **parts})
    assert found.startswith(f"pets.swagger.yaml#{pointer}")
    assert line(pets, f"pets.swagger.yaml#{pointer}").startswith(text)


def test_what_keeps_to_swagger_2_is_clean(pets: Contract) -> None:
    parts = {"path": "/v2/pets?size=50&tags=a&tags=b&ids=1,2", "answer": [{**TOM, "owner": None}]}
    assert violations(pets, method="GET", **parts) == []
    assert violations(pets, method="POST", path="/v2/pets", body=TOM, answer=TOM, status=201) == []


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("csv", "1,2"),
        ("tsv", "1%092"),
        ("ssv", "1%202"),
        ("pipes", "1|2"),
        ("multi", "1&ids=2"),
        (None, "1,2"),
    ],
)
def test_lists_of_swagger_2_are_divided_by_their_format(
    format: str | None, text: str, tmp_path: Path
) -> None:
    list_ = {"name": "ids", "type": "array", "items": {"type": "integer"}, "maxItems": 1}
    if format is not None:
        list_["collectionFormat"] = format
    parameters = [{**list_, "in": "query"}, {**list_, "in": "formData"}]
    operation = {"parameters": parameters, "responses": {"200": {"description": "ok"}}}
    document = {
        "swagger": "2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": operation}},
    }
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    asked = exchange("POST", f"/x?ids={text}")
    asked = replace(asked, request=Message(form, f"ids={text}".encode()))
    judged = check(asked, Index([load(tmp_path / "a.json")])).violations
    assert [(each.where, each.seen.en) for each in judged] == [
        ("request.query/ids", "[1, 2]"),
        ("request.body/ids", "[1, 2]"),
    ]


def test_empty_values_and_lists_in_headers_of_swagger_2_are_read(tmp_path: Path) -> None:
    flag = {"name": "flag", "in": "query", "type": "integer", "allowEmptyValue": True}
    ids = {"type": "array", "items": {"type": "integer"}, "collectionFormat": "pipes"}
    answers = {"200": {"description": "ok", "headers": {"X-Ids": ids}}}
    document = {
        "swagger": "2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": {"parameters": [flag], "responses": answers}}},
    }
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    index = Index([load(tmp_path / "a.json")])
    asked = replace(exchange("GET", "/x?flag="), response=Message((("X-Ids", "1|2"),), b""))
    assert check(asked, index).violations == ()
    header = index.operations[0].place.value["responses"]["200"]["headers"]["X-Ids"]
    assert (header["style"], header["explode"]) == ("pipeDelimited", False)


@pytest.mark.parametrize("produces", [None, ["*/*"]])
def test_an_answer_of_swagger_2_without_a_media_type_may_be_of_any(
    produces: list[str] | None, tmp_path: Path
) -> None:
    answers = {"200": {"description": "ok", "schema": {"type": "object", "required": ["a"]}}}
    document = {
        "swagger": "2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": {"responses": answers, **({"produces": produces} if produces else {})}}},
    }
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    contract = load(tmp_path / "a.json")
    assert violations(contract, method="GET", path="/x", answer={}) == [
        ("a.json#/paths/~1x/get/responses/200/schema/required", "response.body")
    ]
    text = replace(exchange("GET", "/x"), response=Message((("Content-Type", "text/plain"),), b"a"))
    assert check(text, Index([contract])).violations == ()
    assert list(answer_schemas(contract.operations[0])) == ["200"]  # what is asked of its JSON is known


def test_a_form_becomes_a_body_with_its_fields(pets: Contract) -> None:
    body = pets.operations[2].place.value["requestBody"]
    form = body["content"]["multipart/form-data"]["schema"]
    assert form["required"] == ["file"]
    assert form["properties"]["file"] == {"type": "string", "format": "binary"}
    assert form["properties"]["note"] == {"type": "string", "maxLength": 5}


def test_a_mistake_in_swagger_2_is_told_at_its_line(tmp_path: Path) -> None:
    text = (FORMATS / "pets.swagger.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "pets.yaml"
    broken.write_text(
        text.replace("schema: {$ref: '#/definitions/Pet'}", "schema: {$ref: '#/definitions/Pat'}", 1)
    )
    number = next(
        n for n, found in enumerate(broken.read_text().splitlines(), 1) if "definitions/Pat" in found
    )
    with pytest.raises(UsageError) as caught:
        load(broken, strict=True)
    assert caught.value.where == f"{broken}:{number}"


def test_a_converted_contract_is_one_document_for_other_tools(pets: Contract) -> None:
    document = bundle(pets)
    assert document["openapi"] == "3.0.3"
    assert set(document["components"]["schemas"]) == {"Pet", "Problem"}


@pytest.mark.parametrize("name", ["member.yapi.json", "member.apifox.json"])
def test_exports_are_read_and_point_into_the_original(name: str) -> None:
    contract = load(FORMATS / name)
    labels = {operation.label for operation in contract.operations}
    assert "POST /api/member/{id}/nickname" in labels
    long = {"nickname": "x" * 21}
    answer = {"nickname": "x" * 21} if "apifox" in name else {"code": 0, "data": {}}
    found = violations(
        contract, method="POST", path="/api/member/42/nickname", body=long, answer=answer, status=200
    )
    pointers = [pointer for pointer, _ in found]
    if "yapi" in name:
        assert pointers == [f"{name}#/0/list/1/req_body_other/properties/nickname/maxLength"]
    else:
        at = "/apiCollection/0/items/0/items/0/api/requestBody/jsonSchema/properties/nickname/maxLength"
        schema = "/schemaCollection/0/items/0/schema/jsonSchema/properties/nickname/maxLength"
        assert pointers == [f"{name}#{at}", f"{name}#{schema}"]


def test_yapi_answers_parameters_and_forms() -> None:
    contract = load(FORMATS / "member.yapi.json")
    get, _, login = contract.operations
    assert get.label == "GET /api/member/{id}"
    names = {(item["in"], item["name"], item["required"]) for item in get.place.value["parameters"]}
    assert names == {("path", "id", True), ("query", "full", False), ("header", "X-App", True)}
    found = violations(contract, method="GET", path="/api/member/42", answer={"code": 0})
    assert ("member.yapi.json#/0/list/0/res_body/required", "response.body") in found
    assert "mock" not in json.dumps(contract.document)
    content = login.place.value["requestBody"]["content"]
    assert content["application/x-www-form-urlencoded"]["schema"]["required"] == ["phone"]
    assert login.place.value["responses"]["200"]["content"] == {"*/*": {}}  # an example only
    found = violations(contract, method="POST", path=login.path, answer="welcome")
    assert [where for _, where in found] == ["request.body"]  # nothing of the answer


def test_a_yapi_form_with_a_file_has_parts(tmp_path: Path) -> None:
    fields = [{"name": "file", "type": "file"}, {"name": "about", "type": "text"}]
    api = {"method": "POST", "title": "Up", "path": "/up", "req_body_type": "form", "req_body_form": fields}
    (tmp_path / "a.json").write_text(json.dumps([{"name": "A", "list": [api]}]), encoding="utf-8")
    content = load(tmp_path / "a.json").operations[0].place.value["requestBody"]["content"]
    properties = content["multipart/form-data"]["schema"]["properties"]
    assert properties == {"file": {"type": "string", "format": "binary"}, "about": {"type": "string"}}


def test_apifox_forms_and_answers_without_a_body() -> None:
    avatar = load(FORMATS / "member.apifox.json").operations[1]
    content = avatar.place.value["requestBody"]["content"]
    assert content["multipart/form-data"]["schema"]["required"] == ["file"]
    assert avatar.place.value["responses"] == {"204": {"description": "好"}}


def test_what_only_apifox_knows_is_bytes_or_left_open(tmp_path: Path) -> None:
    parts = [{"name": "file", "type": "file", "required": True}, {"name": "more", "type": "any"}]
    own = {"type": "object", "properties": {"type": {"type": "money"}, "x": {"type": ["any", "null"]}}}
    api = {
        "method": "post",
        "path": "/up",
        "parameters": {"query": [{"name": "ids", "type": "array"}, {"name": "what", "type": "any"}]},
        "requestBody": {"type": "multipart/form-data", "parameters": parts},
        "responses": [
            {"code": 200, "contentType": "binary"},
            {"code": 201, "contentType": "json", "jsonSchema": own},
            {"code": 202, "contentType": "eventStream"},
            {"code": 203, "contentType": "json"},
            {"code": 204, "contentType": "none"},
        ],
    }
    project = {"apifoxProject": "1.0.0", "apiCollection": [{"items": [{"name": "up", "api": api}]}]}
    (tmp_path / "a.json").write_text(json.dumps(project), encoding="utf-8")
    contract = load(tmp_path / "a.json")
    operation = contract.operations[0].place.value
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert form == {"file": {"type": "string", "format": "binary"}, "more": {}}
    assert [each["schema"] for each in operation["parameters"]] == [{"type": "array"}, {}]
    answers = {status: answer.get("content") for status, answer in operation["responses"].items()}
    left = {"type": "object", "properties": {"type": {}, "x": {}}}
    assert answers == {
        "200": {"*/*": {}},
        "201": {"application/json": {"schema": left}},
        "202": {"*/*": {}},
        "203": {"application/json": {}},
        "204": None,
    }
    text = replace(
        exchange("POST", "/up?ids=1&ids=2&what=x"), response=Message((("Content-Type", "a/b"),), b"x")
    )
    sent = Message((("Content-Type", "multipart/form-data; boundary=x"),), b"--x--")
    assert [
        each.expected.en for each in check(replace(text, request=sent), Index([contract])).violations
    ] == ["the property 'file'"]


def test_other_files_refer_to_what_stands_in_a_converted_one(tmp_path: Path) -> None:
    shared = "definitions:\n  Pets: {type: array, items: {$ref: 'a.yaml#/definitions/Pet'}}\n"
    (tmp_path / "shared.yaml").write_text(shared, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(
        "swagger: '2.0'\ninfo: {title: T, version: '1'}\npaths:\n  /pets:\n    get:\n      responses:\n"
        "        200: {description: Ok, schema: {$ref: 'shared.yaml#/definitions/Pets'}}\n"
        "definitions:\n  Pet: {type: object, required: [id]}\n",
        encoding="utf-8",
    )
    contract = load(tmp_path / "a.yaml")
    assert contract.flaws == ()
    sent = Message((("content-type", "application/json"),), b"[{}]")
    checked = check(replace(exchange("GET", "/pets"), response=sent), Index([contract]))
    assert [violation.pointer for violation in checked.violations] == ["a.yaml#/definitions/Pet/required"]
