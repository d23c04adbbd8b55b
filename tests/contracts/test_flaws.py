"""A flawed document: all its flaws are told, what is sound is tested, what is flawed is not."""

from __future__ import annotations

import copy
import cProfile
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.checks import waivers
from harness.contracts import Checked, Contract, Index, bundle, check, load
from harness.contracts.violations import Unchecked
from harness.core.errors import UsageError
from harness.core.text import Text
from tests.support.exchanges import JSON, exchange
from tests.support.languages import chinese

OK = "responses: {'200': {description: Ok, content: {application/json: {schema: {type: object}}}}}"
DOCUMENT = f"""\
openapi: 3.0.3
info: {{title: T, version: '1'}}
paths:
  /good: {{get: {{operationId: good, {OK}}}}}
  /status: {{get: {{operationId: status, responses: {{204 NO_CONTENT: {{description: As springdoc wrote it.}}}}}}}}
  /twice: {{get: {{operationId: good, {OK}}}}}
  /nobody: {{get: {{security: [{{nobody: []}}], {OK}}}}}
  /deep:
    get:
      parameters: [{{$ref: '#/components/parameters/Deep'}}]
      {OK}
  /nowhere/{{id}}: {{get: {{parameters: [{{$ref: '#/components/parameters/Id'}}], {OK}}}}}
  /text: {{get: {{responses: [200]}}}}
  /a/{{x}}/b: {{get: {{parameters: [{{name: x, in: path, required: true, schema: {{}}}}], {OK}}}}}
  /a/{{y}}/b: {{delete: {{parameters: [{{name: y, in: path, required: true, schema: {{}}}}], {OK}}}}}
  slash: {{get: {{{OK}}}}}
components:
  parameters:
    Deep: {{name: deep, in: query, schema: {{$ref: '#/components/schemas/Outer'}}}}
    Id: {{name: id, in: path, required: true, schema: {{$ref: '#/components/schemas/In'}}}}
  schemas:
    Outer: {{type: object, properties: {{inner: {{$ref: '#/components/schemas/Inner'}}}}}}
    Inner: {{type: strng}}
    Unused: {{$ref: '#/components/schemas/Nowhere'}}
    In: {{type: string}}
  securitySchemes: {{key: {{type: apiKey, in: header, name: X-Key}}}}
"""


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    (tmp_path / "a.yaml").write_text(DOCUMENT, encoding="utf-8")
    return load(tmp_path / "a.yaml")


def test_all_flaws_are_told_with_line_and_pointer(contract: Contract) -> None:
    told = [flaw.words.en.replace(f"{contract.path}:", "") for flaw in contract.flaws]
    assert sorted(told) == [
        "13: the responses of GET /text must be a mapping (a.yaml#/paths/~1text/get/responses)",
        "16: a path begins with '/': 'slash'; did you mean '/slash'? (a.yaml#/paths/slash)",
        "23: not a schema: unknown type 'strng' (array, boolean, integer, null, number, object, string) "
        "(a.yaml#/components/schemas/Inner/type)",
        "24: $ref '#/components/schemas/Nowhere' leads nowhere: 'Nowhere' is not in a.yaml#/components/schemas "
        "(a.yaml#/components/schemas/Unused/$ref)",
        "5: '204 NO_CONTENT' is not a status (200, 4XX, default) "
        "(a.yaml#/paths/~1status/get/responses/204 NO_CONTENT)",
        "6: operationId 'good' is taken, see 4 (a.yaml#/paths/~1twice/get/operationId)",
        "7: security scheme 'nobody' is not declared (a.yaml#/paths/~1nobody/get/security/0)",
    ]


def test_what_is_sound_is_tested_and_what_is_flawed_is_not(contract: Contract) -> None:
    sound = ["GET /good", "GET /nowhere/{id}", "GET /a/{x}/b", "DELETE /a/{y}/b"]
    assert [operation.label for operation in contract.operations] == sound
    flawed = {operation.path: flaw.words.en for operation, flaw in contract.flawed}
    assert list(flawed) == ["/status", "/twice", "/nobody", "/deep", "/text", "slash"]
    assert "unknown type 'strng'" in flawed["/deep"]  # two references away


def test_a_waiver_of_what_is_flawed_now_stops_no_run(contract: Contract, tmp_path: Path) -> None:
    said = "identity: a b c, reason: known since May, owner: li, expires: 2026-12-31"
    entry = f"- {{id: W1, test: 'a.yaml::shelf::status', {said}}}\n"
    (tmp_path / "waivers.yaml").write_text(entry, encoding="utf-8")
    waivers.check_names(waivers.load(tmp_path / "waivers.yaml"), {"a.yaml": contract.ids}, ["shelf"])


def test_other_tools_get_a_document_without_what_is_flawed(contract: Contract) -> None:
    paths = bundle(contract)["paths"]
    assert [path for path, item in paths.items() if item] == [
        "/good",
        "/nowhere/{id}",
        "/a/{x}/b",
        "/a/{y}/b",
    ]


def test_exchanges_of_a_flawed_operation_are_unchecked(contract: Contract) -> None:
    index = Index([contract])
    assert check(exchange("GET", "/good", body={}), index).unchecked == ()
    judged = check(exchange("GET", "/nobody", body=[], headers=(JSON,)), index)
    assert isinstance(judged, Checked)
    (flaw,) = [flaw.words for operation, flaw in contract.flawed if operation.path == "/nobody"]
    told = Unchecked(Text(zh=f"接口规范有误：{flaw.zh}", en=f"the contract is flawed: {flaw.en}"))
    assert (judged.violations, judged.unchecked) == ((), (told,))
    assert "GET /nobody" not in [operation.label for operation in index.operations]


def test_a_strict_reader_takes_no_flaw(contract: Contract) -> None:
    with pytest.raises(UsageError, match="leads nowhere"):
        load(contract.path, strict=True)


def test_credentials_of_the_whole_document_concern_who_has_no_other(tmp_path: Path) -> None:
    text = DOCUMENT.replace("info:", "security: [{gone: []}]\ninfo:", 1)
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):  # nothing is left to test
        load(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_text(text.replace("operationId: good,", "security: [],", 1), encoding="utf-8")
    (left,) = load(tmp_path / "a.yaml").operations
    assert left.label == "GET /good"


@pytest.mark.parametrize(
    ("path", "flaw"),
    [
        ("{gett: {responses: {'200': {description: Ok}}}}", "/gett"),
        ("{$ref: 'gone.yaml#/paths'}", "/$ref"),
        ("{$ref: 'items.yaml#/typo'}", None),
        ("[1]", ""),
        ("{get: [1]}", "/get"),
    ],
)
def test_what_a_path_hides_is_told(path: str, flaw: str | None, tmp_path: Path) -> None:
    """No operation is read of it, so that no operation could say it."""
    (tmp_path / "items.yaml").write_text("typo: {gett: {}}\nunused: {$ref: '#/gone'}\n", encoding="utf-8")
    document = DOCUMENT.replace("components:", f"  /hidden: {path}\ncomponents:", 1)
    (tmp_path / "a.yaml").write_text(document, encoding="utf-8")
    (hidden,) = load(tmp_path / "a.yaml").of_paths
    assert hidden.pointer == ("items.yaml#/typo/gett" if flaw is None else f"a.yaml#/paths/~1hidden{flaw}")


HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"


def test_a_flaw_of_the_address_concerns_all(tmp_path: Path) -> None:
    """Every operation would be asked for at the wrong address."""
    document = f"{HEAD}servers: {{url: /v1}}\npaths: {{/a: {{get: {{{OK}}}}}}}\n"
    (tmp_path / "a.yaml").write_text(document, encoding="utf-8")
    with pytest.raises(UsageError, match="servers must be a list"):
        load(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("of_path", "of_get", "sound"),
    [(True, False, ["GET /wholesale"]), (False, True, ["POST /whole", "GET /wholesale"])],
)
def test_a_flaw_of_a_path_concerns_its_operations_and_no_neighbour(
    of_path: bool, of_get: bool, sound: list[str], tmp_path: Path
) -> None:
    wrong = "parameters: [{name: q, in: query, schema: {type: strng}}], "
    whole = f"{{{wrong * of_path}get: {{{wrong * of_get}{OK}}}, post: {{{OK}}}}}"
    document = f"{HEAD}paths:\n  /whole: {whole}\n  /wholesale: {{get: {{{OK}}}}}\n"
    (tmp_path / "a.yaml").write_text(document, encoding="utf-8")
    contract = load(tmp_path / "a.yaml")
    assert [operation.label for operation in contract.operations] == sound
    assert contract.of_paths == ()


JUNK: tuple[Any, ...] = (
    *(None, 1, True, "x", "", [], {}, [1], [None], {"a": 1}, {"x": None}, "{id}"),
    *({"$ref": "#/nowhere"}, {"$ref": 1}, {"$ref": "#/paths"}, {"type": "strng"}, {"type": 5}),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield (*path, key)
        yield from places(below, (*path, key))


@pytest.mark.parametrize("name", ["shop.json", "formats/member.apifox.json", "formats/member.yapi.json"])
def test_whatever_stands_in_a_document_is_one_clear_line(name: str, tmp_path: Path) -> None:
    given = json.loads((Path(__file__).parents[1] / "fixture_contracts" / name).read_text(encoding="utf-8"))
    chance, seen, refused = random.Random(15), set[str](), list[Text]()
    for _ in range(60):
        document = copy.deepcopy(given)
        *above, last = chance.choice(list(places(document)))
        holder = document
        for key in above:
            holder = holder[key]
        holder[last] = copy.deepcopy(chance.choice(JUNK))
        (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
        try:
            contract = load(tmp_path / "a.json")
        except UsageError as error:
            refused.append(error.text)
            continue
        seen.add("flawed" if contract.flaws else "sound")
        refused += [flaw.words for flaw in contract.flaws]
        index = Index([contract])
        for operation in contract.operations:
            index.check_of(operation)
        bundle(contract)
    assert refused
    assert seen
    assert not [words for words in refused if "\n" in words.en]
    assert not [words for words in refused if not chinese(words.zh) or chinese(words.en)]


def test_a_schema_that_stands_for_too_many_is_a_flaw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.contracts.expansion.MOST", 20)
    schemas: dict[str, Any] = {"s0": {"type": "object"}}
    schemas |= {f"s{n}": {"allOf": [{"$ref": f"#/components/schemas/s{n - 1}"}] * 2} for n in range(1, 4)}
    answers = {
        f"/{name}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "Ok",
                        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
                    }
                }
            }
        }
        for name in ("s2", "s3")
    }
    info = {"title": "T", "version": "1"}
    whole = {"openapi": "3.0.3", "info": info, "paths": answers, "components": {"schemas": schemas}}
    (tmp_path / "a.json").write_text(json.dumps(whole), encoding="utf-8")
    contract = load(tmp_path / "a.json")
    assert [operation.label for operation, _ in contract.flawed] == ["GET /s3"]
    assert "schemas for one value, more than 20" in contract.flaws[0].message.en


def test_a_document_of_which_nothing_is_left_says_how_much_is_wrong(tmp_path: Path) -> None:
    paths = "".join(f"  '/#{name}': {{get: {{{OK}}}}}\n" for name in "abc")
    (tmp_path / "a.yaml").write_text(f"{HEAD}paths:\n{paths}", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(tmp_path / "a.yaml")
    assert str(caught.value).startswith(f"{tmp_path}/a.yaml:4: no request can be for /#a: ")
    assert str(caught.value).endswith("(with 2 more flaws; nothing of it can be tested)")


def test_what_flaws_concern_is_found_in_work_that_grows_with_their_number(tmp_path: Path) -> None:
    def calls(many: int) -> int:
        flawed = "".join(
            f"  /a{number}: {{get: {{operationId: {number}, {OK}}}}}\n" for number in range(many)
        )
        (tmp_path / "a.yaml").write_text(
            f"{HEAD}paths:\n  /good: {{get: {{{OK}}}}}\n{flawed}", encoding="utf-8"
        )
        profile = cProfile.Profile()
        contract = profile.runcall(load, tmp_path / "a.yaml")
        assert len(contract.flawed) == many
        return sum(each.callcount for each in profile.getstats())  # type: ignore[attr-defined]

    assert calls(200) < 5 * calls(50)
