"""OpenAPI documents that harm or confuse who reads them, on purpose or because a tool wrote them so.

What must be said of each: ``refused`` (nothing of it is read), ``flawed`` (what is wrong is told, the rest is
read) or ``read``, and a word that must be in what is said.
"""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from typing import Any, Literal

from tests.support.document_writers import (
    A_STRING,
    GET,
    HEAD,
    OK,
    PATHS,
    Writer,
    answering,
    as_json,
    beside,
    chain,
    empty_folder,
    fan_out,
    fifo,
    laughs,
    linked,
    nested,
    of_schema,
    raw,
    ref,
    to_ref,
    yaml,
)

Verdict = Literal["refused", "flawed", "read"]


@dataclass(frozen=True)
class Document:
    """``answer`` is the JSON that is judged by it. ``alone``: read it only in a process of its own, since it takes
    seconds, or has no end where it is read wrong.
    """

    name: str
    write: Writer
    verdict: Verdict
    word: str = ""
    answer: Any = None
    alone: bool = False


TO_B = HEAD + "paths: {/x: {get: {responses: {'200': {$ref: b.yaml}}}}}\n"
ITSELF = HEAD + "paths: {/x: {get: {responses: {'200': {$ref: '#/paths/~1x/get/responses/200'}}}}}\n"
CATASTROPHE = "a" * 60 + "!"

DOCUMENTS = (
    # bombs
    Document("aliases of lists", yaml(laughs("[")), "refused", "alias", alone=True),
    Document("aliases of mappings", yaml(laughs("{")), "refused", "alias", alone=True),
    Document("aliases of merge keys", yaml(laughs("<<")), "refused", "alias", alone=True),
    Document("$refs of properties", as_json(lambda: fan_out("properties")), "read", answer={"a": {"b": {}}}),
    Document(
        "$refs of allOf",
        as_json(lambda: fan_out("allOf")),
        "refused",
        "for one value",
        answer="x",
        alone=True,
    ),
    Document("depth of lists in YAML", yaml(HEAD + PATHS + "x-a: " + "[" * 10_000), "refused", "200 levels"),
    Document(
        "depth of mappings in YAML", yaml(HEAD + PATHS + "x-a: " + "{a: " * 10_000), "refused", "200 levels"
    ),
    Document(
        "depth of blocks",
        yaml(HEAD + PATHS + "x-a:\n" + "".join(" " * n + "a:\n" for n in range(1, 2_000))),
        "refused",
        "200 levels",
    ),
    Document(
        "depth in JSON", raw(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "a.json"), "refused", "200 levels"
    ),
    Document("depth of schemas", of_schema(nested(85)), "read", answer={"a": {"a": 1}}),
    Document(
        "text of 100 MB",
        raw(lambda: (HEAD + "x-a: ").encode() + b"a" * 100_000_000),
        "refused",
        "MB",
        alone=True,
    ),
    Document(
        "text of 100 MB in JSON",
        raw(lambda: b'{"x-a": "' + b"a" * 100_000_000 + b'"}', "a.json"),
        "refused",
        "MB",
        alone=True,
    ),
    Document(
        "key of 10 MB",
        raw(lambda: (HEAD + PATHS).encode() + b"? x-" + b"k" * 10_000_000 + b"\n: 1\n"),
        "read",
        alone=True,
    ),
    Document(
        "4 million values",
        raw(lambda: (HEAD + PATHS + "x-a: [").encode() + b"1," * 4_000_000 + b"]"),
        "refused",
        "values",
        alone=True,
    ),
    Document(
        "4 million values in JSON",
        raw(lambda: b'{"openapi":"3.1.0","x-a":[' + b"1," * 4_000_000 + b"1]}", "a.json"),
        "refused",
        "values",
        alone=True,
    ),
    Document("number of 100,000 digits", yaml(HEAD + PATHS + "x-a: " + "9" * 100_000), "refused", "digits"),
    Document(
        "number of 100,000 digits in JSON",
        raw(b'{"a": ' + b"9" * 100_000 + b"}", "a.json"),
        "refused",
        "digits",
    ),
    Document(
        "number beyond all", of_schema({"type": "number", "maximum": float("inf")}), "refused", "not JSON"
    ),
    # circles
    Document("$ref to itself", yaml(ITSELF), "refused", "leads back to itself"),
    Document("$ref to $ref", of_schema(ref("A"), A=ref("B"), B=ref("A")), "refused", "leads back to itself"),
    Document("allOf of itself", of_schema(ref("A"), A={"allOf": [ref("A")]}), "read", answer={}),
    Document(
        "allOf in a circle",
        of_schema(ref("A"), A={"allOf": [ref("B")]}, B={"allOf": [A_STRING, ref("A")]}),
        "read",
        answer={},
    ),
    Document(
        "oneOf of itself",
        of_schema(ref("A"), A={"oneOf": [A_STRING, ref("A")]}),
        "read",
        answer=1,
    ),
    Document("not of itself", of_schema(ref("A"), A={"not": ref("A")}), "read", answer=1),
    Document("tree", of_schema(ref("A"), A={"properties": {"a": ref("A")}}), "read", answer={"a": {"a": {}}}),
    Document("$ref to the document", to_ref("#"), "read", answer={}),
    Document(
        "parameters in a circle",
        yaml(
            HEAD + "paths: {/x: {get: {parameters: [{$ref: '#/paths/~1x/get/parameters/0'}], responses: {}}}}"
        ),
        "refused",
        "leads back to itself",
    ),
    Document(
        "path in a circle",
        yaml(HEAD + "paths: {/x: {$ref: '#/paths/~1x'}}"),
        "refused",
        "leads back to itself",
    ),
    Document(
        "files in a circle",
        yaml(TO_B, b="$ref: 'a.yaml#/paths/~1x/get/responses/200'\n"),
        "refused",
        "leads back to itself",
    ),
    Document("alias of itself", yaml(HEAD + PATHS + "x-a: &a [*a]\n"), "refused", "alias contains itself"),
    # outside
    Document("$ref to file:", to_ref("file:///etc/passwd"), "refused", "not loaded"),
    Document("$ref to http:", to_ref("http://127.0.0.1:9/a.yaml"), "refused", "not loaded"),
    Document("$ref to a host", to_ref("//host.example/a.yaml"), "refused", "$ref"),
    Document("$ref to data:", to_ref("data:application/json,{}"), "refused", "not loaded"),
    Document("$ref to /etc/passwd", to_ref("/etc/passwd"), "refused", "not loaded"),
    Document("$ref above the folder", to_ref("../" * 30 + "etc/passwd"), "refused", "outside the project"),
    Document("$ref to a device", to_ref("/dev/zero"), "refused", "$ref"),
    Document("$ref to a folder", to_ref("."), "refused", "no such file"),
    Document("$ref to a FIFO", beside(os.mkfifo, TO_B), "refused", "no such file"),
    Document(
        "$ref to a link to itself",
        beside(lambda file: os.symlink("b.yaml", file), TO_B),
        "refused",
        "no such file",
    ),
    Document("$ref with a NUL", to_ref("b\0.yaml"), "refused", "no such file"),
    Document("$ref of a long name", to_ref("b" * 5_000 + ".yaml"), "refused", "no such file"),
    Document("600 files in a chain", chain, "read", answer=1, alone=True),
    Document(
        "example elsewhere",
        yaml(HEAD + PATHS + "components: {examples: {E: {externalValue: 'http://127.0.0.1:9/'}}}"),
        "read",
    ),
    Document("no file", lambda folder: folder / "a.yaml", "refused", "no such contract document"),
    Document("folder", empty_folder, "refused", "is a folder"),
    Document("FIFO", fifo, "refused", "no file", alone=True),
    Document("device without end", linked("/dev/zero"), "refused", "no file", alone=True),
    Document("link to itself", linked("a.yaml"), "refused", "cannot be read"),
    # text
    Document("UTF-16", raw((HEAD + PATHS).encode("utf-16")), "refused", "not UTF-8"),
    Document("UTF-8 with a mark", raw((HEAD + PATHS).encode("utf-8-sig")), "read"),
    Document(
        "Latin-1",
        raw("openapi: 3.1.0\ninfo: {title: Café, version: '1'}\n".encode("latin-1")),
        "refused",
        "not UTF-8",
    ),
    Document("NUL", raw((HEAD + PATHS + "x-a: \0\n").encode()), "refused", "not YAML"),
    Document("zipped", raw(gzip.compress((HEAD + PATHS).encode())), "refused", "not UTF-8"),
    Document("empty", raw(b""), "refused", "not an OpenAPI document"),
    Document("empty JSON", raw(b"", "a.json"), "refused", "not JSON"),
    Document("comment", raw(b"# nothing\n"), "refused", "not an OpenAPI document"),
    Document("HTML", raw(b"<!DOCTYPE html>\n<html><body>Log in: a</body></html>\n"), "refused", "not"),
    Document("HTML as JSON", raw(b"<!DOCTYPE html>\n<html></html>\n", "a.json"), "refused", "not JSON"),
    Document(
        "half a character",
        raw(b'{"openapi": "3.1.0", "info": {"title": "\\ud800", "version": "1"}}', "a.json"),
        "refused",
        "operations",
    ),
    # YAML
    Document("key twice", yaml(HEAD + PATHS + "paths: {}\n"), "refused", "stands here twice"),
    Document(
        "key twice in JSON",
        raw(json.dumps(answering(True)).replace('"200": {', '"200": {}, "200": {').encode(), "a.json"),
        "refused",
        "twice",
    ),
    Document(
        "tag of Python", yaml(HEAD + "x-a: !!python/object/apply:os.system ['touch hit']\n" + PATHS), "read"
    ),
    Document("tag of its own", yaml(HEAD + "x-a: !Sub '${AWS::Region}'\n" + PATHS), "read"),
    Document("two documents", yaml(HEAD + PATHS + "---\n" + HEAD), "refused", "not YAML"),
    Document("key of a list", yaml(HEAD + PATHS + "? [a, b]\n: 1\n"), "refused", "a key must be text"),
    Document("alias of nothing", yaml(HEAD + PATHS + "x-a: *nope\n"), "refused", "undefined alias"),
    Document("tabs", yaml("openapi: 3.1.0\ninfo:\n\ttitle: T\n"), "refused", "not YAML"),
    Document(
        "keys like dates and switches",
        yaml(
            HEAD
            + "paths: {/x: {get: {responses: {200: {description: OK, content: {application/json: {schema:\n"
            "  {type: object, required: [on, NO, 2020-01-01, 12:30:45], additionalProperties: false,\n"
            "   properties: {on: {}, NO: {}, yes: {}, 2020-01-01: {}, 12:30:45: {}, 1: {}, ~: {}}}}}}}}}}"
        ),
        "read",
        answer={"on": 1, "NO": 1, "2020-01-01": 1, "12:30:45": 1, "1": 1},
    ),
    # schemas
    Document(
        "pattern without end", of_schema({"type": "string", "pattern": "^(a+)+$"}), "read", answer=CATASTROPHE
    ),
    Document(
        "pattern that looks back", of_schema({"pattern": "^(?=(a+)+b)(a|a)*\\1$"}), "read", answer=CATASTROPHE
    ),
    Document(
        "pattern that is none", of_schema({"pattern": "(" * 100}), "flawed", "cannot be read", answer="x"
    ),
    Document(
        "pattern of millions",
        of_schema({"pattern": "((a{1,1000}){1,1000}){1,1000}"}),
        "flawed",
        "repeats too much",
        answer="a",
    ),
    Document(
        "enum of 200,000",
        as_json(lambda: answering({"enum": [f"v{n}" for n in range(200_000)]})),
        "read",
        answer="w",
        alone=True,
    ),
    Document("limits beyond all", of_schema({"minLength": 10**30, "maxItems": 10**300}), "read", answer="x"),
    Document("limits below nothing", of_schema({"maxLength": -1}), "refused", "-1", answer="x"),
    Document("limits of text", of_schema({"maximum": "10"}), "refused", "10", answer=1),
    Document("types that are none", of_schema({"type": ["text", 5, None]}), "refused", "type", answer=1),
    Document("schema that is a list", of_schema([A_STRING]), "refused", "not a schema", answer=1),
    Document(
        "properties that are a list", of_schema({"properties": ["a"]}), "refused", "not a schema", answer={}
    ),
    Document("required that is text", of_schema({"required": "a"}), "refused", "not a schema", answer={}),
    Document(
        "1,000 alternatives of alternatives",
        of_schema(
            {"oneOf": [{"anyOf": [{"const": n}, {"oneOf": [{"const": -n - 1}] * 3}]} for n in range(1_000)]}
        ),
        "read",
        answer="x",
        alone=True,
    ),
    Document(
        "discriminator to nowhere",
        of_schema(
            {"oneOf": [ref("A")], "discriminator": {"propertyName": "k", "mapping": {"a": "#/nowhere"}}}, A={}
        ),
        "read",
        answer={"k": "a"},
    ),
    Document(
        "example of 10 MB",
        as_json(lambda: answering({"example": "a" * 10_000_000})),
        "read",
        answer=1,
        alone=True,
    ),
    # paths
    Document(
        "100,000 paths",
        as_json(
            lambda: {
                **answering({}),
                "paths": {f"/p{n}/{{a}}": {"get": {"responses": OK}} for n in range(100_000)},
            }
        ),
        "refused",
        "more than 10000 more flaws",
        alone=True,
    ),
    Document(
        "one path by two names",
        yaml(HEAD + f"paths: {{'/{{a}}': {GET}, '/{{b}}': {GET}}}"),
        "refused",
        "same path",
    ),
    Document(
        "path of 10,000 variables",
        yaml(HEAD + f"paths: {{? '/{'{a}' * 10_000}' : {GET}}}"),
        "refused",
        "not declared",
    ),
    Document("paths that are a list", yaml(HEAD + "paths: [/x]\n"), "refused", "paths must be a mapping"),
    Document(
        "operation that is text", yaml(HEAD + "paths: {/x: {get: GET}}\n"), "refused", "must be a mapping"
    ),
    Document(
        "10,000 parameters",
        as_json(
            lambda: {
                **answering({}),
                "paths": {
                    "/x": {
                        "get": {
                            "parameters": [
                                {"name": f"p{n}", "in": "query", "schema": A_STRING} for n in range(10_000)
                            ],
                            "responses": OK,
                        }
                    }
                },
            }
        ),
        "read",
        alone=True,
    ),
    Document("info that is nothing", yaml("openapi: 3.1.0\ninfo:\npaths: {}\n"), "refused", "operations"),
    Document(
        "version that is a number",
        yaml("openapi: 3.1\ninfo: {title: T, version: 1}\npaths: {}\n"),
        "refused",
        "must be text",
    ),
    Document(
        "Swagger that is none",
        yaml("swagger: '2.0'\ninfo: 5\npaths: [1, 2]\nhost: {}\n"),
        "refused",
        "converted",
    ),
)
