from __future__ import annotations

from pathlib import Path

import pytest

from harness.contracts import load
from harness.core.errors import UsageError

SCHEMAS = "components:\n  schemas:\n"
ID = "{name: id, in: path, required: true, schema: {}}"
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"  # lines 1 and 2
OK = "responses: {'200': {description: Ok}}"

BROKEN = {
    "list": ("- a\n", "a.yaml:1: not an OpenAPI document: its top level is not a mapping"),
    "empty": ("", "a.yaml: not an OpenAPI document: its top level is not a mapping"),
    "swagger": (
        "swagger: '1.2'\n",
        "a.yaml:1: this is Swagger 1.2, read are Swagger 2.0 and OpenAPI 3.0 to 3.2",
    ),
    "no version": ("openapii: 3.1.0\n", "no 'openapi' field; did you mean 'openapii'?"),
    "number": ("openapi: 3.1\n", "a.yaml:1: openapi must be text, such as '3.1.0', not the number 3.1"),
    "unknown version": ("\nopenapi: 3.3.0\n", "a.yaml:2: unknown OpenAPI version '3.3.0'; did you mean '3."),
    "no title": ("openapi: 3.1.0\ninfo: {version: '1'}\n", "a.yaml:2: info must have a title and a version"),
    "dialect": (HEAD + "jsonSchemaDialect: http://json-schema.org/draft-07/schema\n", "a.yaml:3: schemas in"),
    "nothing": (HEAD + "paths: {}\n", "a.yaml:3: has neither operations nor components"),
    "path": (
        HEAD + f"paths:\n  api/a: {{get: {{{OK}}}}}\n",
        "a.yaml:4: a path begins with '/': 'api/a'; did",
    ),
    "method": (
        HEAD + f"paths:\n  /a:\n    gett: {{{OK}}}\n",
        "a.yaml:5: 'gett' is not a method; did you mean 'get'?",
    ),
    "same path": (
        HEAD + f"paths:\n  /a/{{x}}: {{get: {{{OK}}}}}\n  /a/{{y}}: {{get: {{{OK}}}}}\n",
        "a.yaml:5: /a/{y} and /a/{x} are the same path",
    ),
    "responses": (
        HEAD + "paths:\n  /a:\n    get: {responses: [x]}\n",
        "a.yaml:5: the responses of GET /a must be a mapping",
    ),
    "no responses": (
        HEAD + "paths:\n  /a:\n    get:\n      response: {'200': {description: x}}\n",
        "a.yaml:6: 'response' is no field of an operation; did you mean 'responses'?",
    ),
    "status": (
        HEAD + "paths:\n  /a:\n    get:\n      responses:\n        20O: {description: x}\n",
        "a.yaml:7: '20O' is not a status (200, 4XX, default)",
    ),
    "operationId": (
        HEAD
        + f"paths:\n  /a:\n    get: {{operationId: x, {OK}}}\n  /b:\n    get: {{operationId: x, {OK}}}\n",
        "a.yaml:7: operationId 'x' is taken, see ",
    ),
    "undeclared path parameter": (
        HEAD + f"paths:\n  /a/{{id}}:\n    get:\n      parameters: [{ID.replace('id', 'idd')}]\n      {OK}\n",
        "a.yaml:5: path parameter 'id' of GET /a/{id} is not declared; did you mean 'idd'?",
    ),
    "unused path parameter": (
        HEAD + f"paths:\n  /a:\n    get:\n      parameters: [{ID}]\n      {OK}\n",
        "a.yaml:6: path parameter 'id' is not in /a",
    ),
    "optional path parameter": (
        HEAD + f"paths:\n  /a/{{id}}:\n    get:\n      parameters: [{ID.replace('required: true, ', '')}]\n"
        f"      {OK}\n",
        "a.yaml:6: path parameter 'id' must be required: true",
    ),
    "parameter location": (
        HEAD
        + f"paths:\n  /a:\n    get:\n      parameters: [{{name: q, in: querry, schema: {{}}}}]\n      {OK}\n",
        "a.yaml:6: parameter 'q' is in 'querry'; did you mean 'query'?",
    ),
    "parameter twice": (
        HEAD + "paths:\n  /a:\n    get:\n      parameters:\n        - {name: q, in: query, schema: {}}\n"
        f"        - {{name: q, in: query, schema: {{}}}}\n      {OK}\n",
        "a.yaml:8: parameter 'q' in query is declared twice",
    ),
    "parameter without schema": (
        HEAD + f"paths:\n  /a:\n    get:\n      parameters: [{{name: q, in: query}}]\n      {OK}\n",
        "a.yaml:6: parameter 'q' needs a schema",
    ),
    "security": (
        HEAD + f"paths:\n  /a:\n    get: {{security: [{{bearr: []}}], {OK}}}\n"
        "components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}\n",
        "a.yaml:5: security scheme 'bearr' is not declared; did you mean 'bearer'?",
    ),
    "path parameter in a query": (
        HEAD + f"paths:\n  '/a?id={{id}}':\n    get:\n      parameters: [{ID}]\n      {OK}\n",
        "a.yaml:6: parameter 'id' stands in the query of /a?id={id}; it must be in: query",
    ),
    "no schema by a keyword": (
        HEAD + SCHEMAS + "    A: {\n      minLength: '1'\n    }\n",
        'a.yaml:6: not a schema: minLength: "1" is not of type "integer"',
    ),
    "no schema by an item": (
        HEAD + SCHEMAS + "    A: {required: [a,\n      [b]]}\n",
        'a.yaml:6: not a schema: required: ["b"] is not of type "string"',
    ),
    "no schema at all": (HEAD + SCHEMAS + "    A: [1]\n", "a.yaml:5: not a schema: "),
    "type that is an object": (
        HEAD + SCHEMAS + "    A: {type: {enum: [a], type: string}}\n",
        'a.yaml:5: not a schema: type: {"enum": ["a"], "type": "string"} is no type (array, boolean, ',
    ),
    "requirement": (
        HEAD + f"paths:\n  /a:\n    get: {{security: [1], {OK}}}\n",
        "a.yaml:5: a security requirement must be a mapping",
    ),
    "dangling": (
        HEAD + SCHEMAS + "    Point: {type: integer}\n    A: {$ref: '#/components/schemas/Piont'}\n",
        "a.yaml:6: $ref '#/components/schemas/Piont' leads nowhere: 'Piont' is not in "
        "a.yaml#/components/schemas; did you mean '#/components/schemas/Point'?",
    ),
    "missing file": (
        HEAD + SCHEMAS + "    A: {$ref: 'othr.yaml#/x'}\n",
        "a.yaml:5: $ref 'othr.yaml#/x': no such file; did you mean 'other.yaml'?",
    ),
    "into another file": (
        HEAD + SCHEMAS + "    A: {$ref: 'other.yaml#/schemas/Bb'}\n",
        "did you mean 'other.yaml#/schemas/B'?",
    ),
    "remote": (
        HEAD + SCHEMAS + "    A: {$ref: 'https://x.example/y'}\n",
        "a.yaml:5: remote $ref",
    ),
    "anchor": (
        HEAD + SCHEMAS + "    A: {$ref: '#there'}\n",
        "a.yaml has no one schema with the $anchor 'there'",
    ),
    "dynamic": (
        HEAD + SCHEMAS + "    A: {$dynamicRef: '#x'}\n",
        "a.yaml:5: $dynamicRef '#x' does not lead to one schema",
    ),
    "loop": (
        HEAD + SCHEMAS + "    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}\n",
        "this $ref leads back to itself",
    ),
    "type": (
        HEAD + SCHEMAS + "    A:\n      properties:\n        x:\n          type: strng\n",
        "a.yaml:8: not a schema: unknown type 'strng'",
    ),
    "components": (HEAD + "components: [A]\n", "a.yaml:3: components must be a mapping"),
    "kind": (HEAD + "components:\n  schemas: [A]\n", "a.yaml:4: components/schemas must be a mapping"),
    "servers": (
        HEAD + f"servers: [/v1]\npaths: {{/a: {{get: {{{OK}}}}}}}\n",
        "a.yaml:3: servers must be a list of mappings",
    ),
    "operationId as a number": (
        HEAD + f"paths:\n  /a:\n    get: {{operationId: 1, {OK}}}\n",
        "a.yaml:5: operationId must be text",
    ),
    "response": (
        HEAD + "paths:\n  /a:\n    get:\n      responses:\n        '200': Ok\n",
        "a.yaml:7: must be a mapping",
    ),
    "content": (
        HEAD
        + "paths:\n  /a:\n    get:\n      responses:\n        '200':\n          content: application/json\n",
        "a.yaml:8: content must be a mapping",
    ),
    "media type": (
        HEAD
        + f"paths:\n  /a:\n    post:\n      requestBody: {{content: {{text/plain: text}}}}\n      {OK}\n",
        "a.yaml:6: text/plain must be a mapping",
    ),
    "index": (
        HEAD + SCHEMAS + "    A: {$ref: '#/tags/" + "9" * 5000 + "'}\ntags: []\n",
        "is not in a.yaml#/tags",
    ),
    "odd index": (HEAD + SCHEMAS + "    A: {$ref: '#/tags/²'}\ntags: [a]\n", "'²' is not in a.yaml#/tags"),
    "pattern that is too large": (
        HEAD + SCHEMAS + "    A: {\n      pattern: '^.{1,2097152}$'\n    }\n",
        "a.yaml:6: the pattern '^.{1,2097152}$' repeats too much; it is not checked",
    ),
    "pattern": (
        HEAD + SCHEMAS + "    A: {\n      pattern: '['\n    }\n",
        "a.yaml:6: the pattern '[' cannot be read as ECMA-262; it is not checked",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_documents_say_where_and_what(case: str, tmp_path: Path) -> None:
    text, message = BROKEN[case]
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("schemas: {B: {type: integer}}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(tmp_path / "a.yaml", strict=True)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mistake_in_a_referenced_file_is_told_with_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        HEAD + "components: {schemas: {A: {$ref: 'b.yaml#/A'}}}\n", encoding="utf-8"
    )
    (tmp_path / "b.yaml").write_text("A:\n  items: {$ref: '#/C'}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"b\.yaml:2: \$ref '#/C' leads nowhere"):
        load(tmp_path / "a.yaml")


def test_properties_called_like_keywords_are_properties(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        HEAD + SCHEMAS + "    A:\n      properties:\n"
        "        example: {$ref: '#/components/schemas/B'}\n        schema: {type: string}\n"
        "    B: {type: string}\n    C: {example: {$ref: nothing}}\n",
        encoding="utf-8",
    )
    assert load(tmp_path / "a.yaml").openapi == "3.1"


def test_a_dangling_ref_under_a_property_called_example_is_seen(tmp_path: Path) -> None:
    text = HEAD + "components: {schemas: {A: {properties: {example: {$ref: '#/nowhere'}}}}}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="leads nowhere"):
        load(tmp_path / "a.yaml")
