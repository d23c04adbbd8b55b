"""Every cell of OpenAPI's table of styles, there and back; then what the table leaves open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.contracts import Contract, Index, check, load
from harness.contracts.parameters import located
from harness.contracts.raw_values import RawValues, RequestValues
from harness.contracts.styles import ABSENT, EMPTY, MALFORMED, UNREAD, Reader
from harness.core.exchange import Message
from tests.support.exchanges import exchange

NAME = "colour"
# OpenAPI 3.0.3 and 3.1.1, Style Values: location, style, explode, types.
TABLE = [
    *(
        ("path", style, explode, "sao")
        for style in ("simple", "label", "matrix")
        for explode in (False, True)
    ),
    *(("query", "form", explode, "sao") for explode in (False, True)),
    *(("header", "simple", explode, "sao") for explode in (False, True)),
    ("cookie", "form", False, "sao"),
    ("cookie", "form", True, "sao"),
    *(("query", style, False, "ao") for style in ("spaceDelimited", "pipeDelimited")),
    ("query", "deepObject", True, "o"),
]
CELLS = [(where, style, explode, kind) for where, style, explode, kinds in TABLE for kind in kinds]
SCHEMAS: dict[str, Any] = {
    "s": {"type": "string"},
    "a": {"type": "array", "items": {"type": "string"}},
    "o": {"type": "object", "additionalProperties": {"type": "string"}},
    "number": {"type": "number"},
    "integers": {"type": "array", "items": {"type": "integer"}},
}
HARD = st.sampled_from([*"aZ09-_~ ,;=&|+%/?#[]\"'\\:@!$()*{}<>^`", "é", "商", "%2C", "1", "true", "null"])


def written(where: str, style: str, explode: bool, value: Any) -> str:
    """The value as RFC 6570 and OpenAPI write it: the text that stands in the URL, cookie or header."""

    def coded(text: Any) -> str:
        return str(text) if where == "header" else quote(str(text), safe="")

    name = coded(NAME)
    joint = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(style, ",")
    if style == "deepObject":
        return "&".join(f"{name}%5B{coded(key)}%5D={coded(item)}" for key, item in value.items())
    mark = {"label": ".", "matrix": ";", "form": "&"}.get(style, ",") if explode else joint
    if style == "form" and where == "cookie" and explode:
        mark = "; "
    if isinstance(value, dict):
        within = "=" if explode else joint
        text = mark.join(f"{coded(key)}{within}{coded(item)}" for key, item in value.items())
        named = not explode
    else:
        values = value if isinstance(value, list) else [value]
        repeats = explode and style in ("form", "matrix")
        text = mark.join((f"{name}=" if repeats else "") + coded(item) for item in values)
        named = not repeats
    if style == "label":
        return f".{text}"
    begins = ";" if style == "matrix" else ""
    if named and style not in ("simple",):
        begins += f"{name}="
    return begins + text


def raw(where: str, text: str) -> RawValues:
    headers: dict[str, tuple[tuple[str, str], ...]] = {
        "header": ((NAME.upper(), text),),
        "cookie": (("Cookie", f"a=b; {text}"),),
    }
    target = f"/x?{text}" if where == "query" else "/x"
    return RequestValues(Message(headers.get(where, ()), b""), target, {NAME: [text]}).at(where)


def parameter(where: str, schema: Any, **how: Any) -> dict[str, Any]:
    return {"name": NAME, "in": where, "required": where == "path", "schema": schema, **how}


def document(folder: Path, parameters: list[dict[str, Any]], version: str = "3.1.0") -> Contract:
    ok = {"200": {"description": "ok"}}
    paths = {
        f"/{number}" + (f"/{{{NAME}}}" if each["in"] == "path" else ""): {
            "get": {"parameters": [each], "responses": ok}
        }
        for number, each in enumerate(parameters)
    }
    data = {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": paths}
    (folder / "a.json").write_text(json.dumps(data), encoding="utf-8")
    return load(folder / "a.json")


def readers(folder: Path, parameters: list[dict[str, Any]], version: str = "3.1.0") -> list[Reader]:
    contract = document(folder, parameters, version)
    found = [next(located(operation)) for operation in contract.operations]
    return [Reader.of(contract, place, name, where, "request") for place, where, name, _ in found]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> list[Reader]:
    cells = [
        parameter(where, SCHEMAS[kind], style=style, explode=explode) for where, style, explode, kind in CELLS
    ]
    return readers(tmp_path_factory.mktemp("table"), cells)


def texts(where: str, style: str) -> st.SearchStrategy[str]:
    """Texts that the style can carry: a header is not encoded, a dot never is."""
    if where == "header":
        return st.text("aZ09-_~;&|+%/?#[]'\\:@!$()*", min_size=1, max_size=5)
    lost = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, "")
    return (
        st.lists(HARD, min_size=1, max_size=5).map("".join).filter(lambda text: not lost or lost not in text)
    )


@pytest.mark.parametrize("number", range(len(CELLS)), ids=["-".join(map(str, cell)) for cell in CELLS])
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_what_a_style_writes_is_read_back(number: int, table: list[Reader], data: st.DataObject) -> None:
    where, style, explode, kind = CELLS[number]
    text = texts(where, style)
    keys = st.text("RGBxyz", min_size=1, max_size=3).filter(lambda key: key != "a")
    value: Any = data.draw(
        {
            "s": text,
            "a": st.lists(text, min_size=1, max_size=4),
            "o": st.dictionaries(keys, text, min_size=1, max_size=3),
        }[kind]
    )
    sent = raw(where, written(where, style, explode, value))
    got = table[number].read(sent)
    if where == "cookie" and explode and kind == "o":
        got = {key: item for key, item in got.items() if key != "a"}  # the neighbour: its object is open
    assert got == value


@pytest.mark.parametrize(
    ("where", "schema", "how", "sent", "value"),
    [
        # every type that the schema allows
        ("query", {"enum": [1, 2]}, {}, "colour=1", 1),
        ("query", {"const": True}, {}, "colour=true", True),
        ("query", {"enum": ["1"]}, {}, "colour=1", "1"),
        ("query", {"type": ["integer", "string"], "enum": ["5", 7]}, {}, "colour=5", "5"),
        ("query", {"oneOf": [{"type": "integer"}, SCHEMAS["a"]]}, {}, "colour=5&colour=x", ["5", "x"]),
        ("query", {"oneOf": [{"type": "boolean"}, SCHEMAS["integers"]]}, {}, "colour=5", [5]),
        # several texts are an array where there may be one, never their last alone
        (
            "query",
            {"oneOf": [{"type": "integer"}, SCHEMAS["integers"]]},
            {},
            "colour=red&colour=2",
            ["red", 2],
        ),
        (
            "query",
            {"type": "object", "properties": {"a": {"oneOf": [{"type": "integer"}, SCHEMAS["integers"]]}}},
            {"style": "deepObject"},
            "colour[a]=red&colour[a]=2",
            {"a": ["red", 2]},
        ),
        ("query", {"type": "array", "items": {"enum": ["5", 7]}}, {}, "colour=5&colour=7", ["5", 7]),
        (
            "query",
            {"type": "array", "items": {"type": ["integer", "string"], "maximum": 6}},
            {},
            "colour=5&colour=7",
            [5, "7"],
        ),
        ("query", {"type": ["integer", "null"]}, {}, "colour=", None),
        ("query", {}, {}, "colour=1&colour=2", ["1", "2"]),
        (
            "query",
            {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}]},
            {"explode": False},
            "colour=1,true",
            [1, True],
        ),
        # JSON's numbers only
        ("query", SCHEMAS["number"], {}, "colour=NaN", "NaN"),
        ("query", SCHEMAS["number"], {}, "colour=1e999", "1e999"),
        ("query", SCHEMAS["number"], {}, "colour=-1.5e3", -1500.0),
        ("query", SCHEMAS["number"], {}, "colour=%31", 1),
        # no text, no entry
        ("query", SCHEMAS["integers"], {"explode": False}, "colour=", []),
        ("query", {"type": "string"}, {}, "colour", ""),
        ("query", {"type": "integer"}, {"allowEmptyValue": True}, "colour=", EMPTY),
        # an encoded delimiter is data, the bar and the space are delimiters either way
        ("query", SCHEMAS["a"], {"explode": False}, "colour=a%2Cb,c", ["a,b", "c"]),
        ("query", SCHEMAS["a"], {"style": "pipeDelimited"}, "colour=a|b%7cc", ["a", "b", "c"]),
        ("query", SCHEMAS["a"], {"style": "spaceDelimited"}, "colour=a+b%20c", ["a", "b", "c"]),
        ("query", SCHEMAS["a"], {"style": "tabDelimited"}, "colour=a%09b", ["a", "b"]),
        ("query", SCHEMAS["s"], {}, "colour=a+b%2Bc", "a b+c"),
        ("path", SCHEMAS["s"], {}, "a+b", "a+b"),
        # deepObject: below its name, and nothing else
        ("query", SCHEMAS["o"], {"style": "deepObject"}, "colour=x", ABSENT),
        (
            "query",
            {
                "type": "object",
                "properties": {"a": {"type": "object", "properties": {"b": {"type": "integer"}}}},
            },
            {"style": "deepObject"},
            "colour[a][b]=1",
            {"a": {"b": 1}},
        ),
        (
            "query",
            {"type": "object", "properties": {"a": SCHEMAS["integers"]}},
            {"style": "deepObject"},
            "colour[a][]=1&colour[a][]=2",
            {"a": [1, 2]},
        ),
        ("query", SCHEMAS["o"], {"style": "deepObject"}, "colour[a]=1&colour[a][b]=2", MALFORMED),
        ("query", SCHEMAS["o"], {"style": "deepObject"}, f"colour{'[a]' * 21}=1", MALFORMED),
        # the prefix belongs to the style
        ("path", SCHEMAS["s"], {"style": "matrix"}, "blue", MALFORMED),
        ("path", SCHEMAS["s"], {"style": "matrix"}, ";colour", ""),
        ("path", SCHEMAS["a"], {"style": "matrix", "explode": True}, ";colour=a;other=b", MALFORMED),
        ("path", SCHEMAS["s"], {"style": "label"}, "blue", MALFORMED),
        ("path", SCHEMAS["a"], {"style": "label"}, ".a.b", ["a", "b"]),  # 3.0.3
        ("path", {**SCHEMAS["a"], "maxItems": 1}, {"style": "label"}, ".a.b", ["a.b"]),  # 3.1.1
        ("path", SCHEMAS["integers"], {"style": "label"}, ".1,2", [1, 2]),  # 3.1.1
        ("query", SCHEMAS["o"], {"explode": False}, "colour=R,1,G", MALFORMED),
        # lists of headers: white space, empty members, commas in quotes
        ("header", SCHEMAS["a"], {}, 'a ,b,,\t"c, d"', ["a", "b", '"c, d"']),
        ("header", SCHEMAS["s"], {}, " Mon, 01 Jan ", "Mon, 01 Jan"),
        ("header", SCHEMAS["s"], {}, "a%2Cb", "a%2Cb"),
        # a cookie may stand in quotes, encoded or not
        ("cookie", {"type": "string", "enum": ["dark"]}, {}, 'colour="dark"', "dark"),
        ("cookie", {"type": "string", "enum": ["a%20b"]}, {}, "colour=a%20b", "a%20b"),
        ("cookie", SCHEMAS["a"], {}, "colour=x&colour=y", ["x&colour=y"]),
        # what has a media type
        (
            "query",
            None,
            {"content": {"application/json": {"schema": {"type": "object"}}}},
            "colour=%7B%7D",
            {},
        ),
        ("query", None, {"content": {"application/json": {"schema": {}}}}, "colour=x", MALFORMED),
        ("query", None, {"content": {"application/json": {"schema": {}}}}, "colour=NaN", MALFORMED),
        ("query", None, {"content": {"text/plain": {"schema": {}}}}, "colour=5", "5"),
        # what OpenAPI defines no text for
        ("query", {"type": "array", "items": SCHEMAS["o"]}, {}, "colour=x", UNREAD),
        ("query", SCHEMAS["s"], {"style": "own"}, "colour=x", UNREAD),
    ],
)
def test_reading(where: str, schema: Any, how: dict[str, Any], sent: str, value: Any, tmp_path: Path) -> None:
    given = parameter(where, schema, **how)
    if schema is None:
        del given["schema"]
    (reader,) = readers(tmp_path, [given])
    got = reader.read(raw(where, sent))
    assert (got, type(got)) == (value, type(value))


def test_lines_of_a_header_are_one_list(tmp_path: Path) -> None:
    (reader,) = readers(tmp_path, [parameter("header", SCHEMAS["a"])])
    message = Message((("Colour", "a"), ("X", "y"), ("COLOUR", "b")), b"")
    assert reader.read(RequestValues(message, "/", {}).header) == ["a", "b"]


def test_every_line_of_set_cookie_is_one_cookie(tmp_path: Path) -> None:
    """RFC 9110, 5.3: its dates hold commas, and one line that fits is enough."""
    own = {"type": "string", "pattern": "^sid=[^,]*, [^,]*$"}
    given = [{**parameter("header", schema), "name": "Set-Cookie"} for schema in (own, SCHEMAS["a"])]
    one, several = readers(tmp_path, given)
    sent = ("sid=1; Expires=Mon, 01 Jan 2035", "theme=dark")
    raw = RequestValues(Message(tuple(("Set-Cookie", line) for line in sent), b""), "/", {}).header
    assert (one.read(raw), several.read(raw)) == (sent[0], list(sent))
    assert one.read({"set-cookie": list(reversed(sent))}) == sent[0]


def test_cookies_may_come_in_lines_and_strange_company(tmp_path: Path) -> None:
    (reader,) = readers(tmp_path, [parameter("cookie", SCHEMAS["s"])])
    for line in ('t={"a":1}', "a[b]=1", "昵称=x,y", "lonely", "=nameless", "a=1;b=2"):
        lines = Message((("Cookie", line), ("cookie", "colour=red")), b"")
        assert reader.read(RequestValues(lines, "/", {}).cookie) == "red"


def test_an_exploded_object_is_made_of_what_no_other_parameter_has(tmp_path: Path) -> None:
    closed = {"type": "object", "properties": {"R": {"type": "integer"}}, "required": ["R"]}
    free = {"type": "object", "additionalProperties": {"type": "integer"}}
    parameters = [
        {"name": "closed", "in": "query", "required": True, "schema": closed},
        {"name": "page", "in": "query", "schema": {"type": "string"}},
        {"name": "free", "in": "query", "required": True, "schema": free},
    ]
    ok = {"200": {"description": "ok"}}
    data = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": {"parameters": parameters, "responses": ok}}},
    }
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    index = Index([load(tmp_path / "a.json")])

    def seen(query: str) -> list[str]:
        judged = check(exchange("GET", f"/x?{query}", body=b"", headers=()), index)
        return [f"{each.where} {each.expected.en}" for each in judged.violations]

    assert seen("R=1&page=x&G=2") == []
    assert seen("R=x&G=2") == ["request.query/closed/R integer", "request.query/free/R integer"]
    assert seen("page=1") == ["request.query/closed to be there"]  # an empty object is written as nothing


def test_what_is_not_in_its_style_is_said(tmp_path: Path) -> None:
    index = Index([document(tmp_path, [parameter("path", SCHEMAS["s"], style="matrix")])])
    (found,) = check(exchange("GET", "/0/blue", body=b"", headers=()), index).violations
    assert (found.where, found.seen.en) == ("request.path/colour", '"blue"')
    assert found.expected.en == "a value in the style matrix"


def test_what_has_no_text_is_unchecked(tmp_path: Path) -> None:
    index = Index([document(tmp_path, [parameter("query", {"type": "array", "items": SCHEMAS["o"]})])])
    judged = check(exchange("GET", "/0?colour=x", body=b"", headers=()), index)
    said = "request.query/colour: OpenAPI defines no text for such a value in the style form"
    assert (judged.violations, [part.words.en for part in judged.unchecked]) == ((), [said])


def test_fields_of_a_form_are_read_as_they_are_encoded(tmp_path: Path) -> None:
    properties = {
        "ids": SCHEMAS["integers"],
        "tags": SCHEMAS["a"],
        "deep": {"type": "object", "properties": {"n": {"type": "integer"}}},
        "json": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}},
        "kind": {"enum": [1]},
    }
    schema = {"type": "object", "properties": properties, "additionalProperties": {"type": "boolean"}}
    encoding = {"tags": {"style": "form", "explode": False}, "deep": {"style": "deepObject", "explode": True}}
    form = {"application/x-www-form-urlencoded": {"schema": schema, "encoding": encoding}}
    operation = {"requestBody": {"content": form}, "responses": {"200": {"description": "ok"}}}
    data = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": operation}},
    }
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    index = Index([load(tmp_path / "a.json")])

    def seen(body: str) -> list[str]:
        sent = (("Content-Type", "application/x-www-form-urlencoded"),)
        asked = exchange("POST", "/x", body=b"", headers=(), sent=body.encode(), sent_headers=sent)
        return [f"{each.where} {each.expected.en}" for each in check(asked, index).violations]

    assert seen("ids=1&ids=2&tags=a%2Cb,c&deep%5Bn%5D=1&json=%7B%22n%22%3A1%7D&kind=1&more=true") == []
    assert seen("ids=1&ids=x") == ["request.body/ids/1 integer"]
    assert seen("deep[n]=x") == ["request.body/deep/n integer"]
    assert seen("json=%7B%7D") == ["request.body/json the property 'n'"]
    assert seen("json=x") == ["request.body/json object"]
    assert seen("kind=2") == ["request.body/kind one of 1"]
    assert seen("more=x") == ["request.body/more boolean"]
