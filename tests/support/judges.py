"""Who else can judge an exchange by an OpenAPI document: openapi-core, and schemathesis for answers.

A judge says ``right``, ``wrong`` or, where it has no word on such an exchange, ``unasked``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import requests
import schemathesis
from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from schemathesis.checks import load_all_checks
from schemathesis.core.errors import InvalidSchema
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response as Answer
from schemathesis.specs.openapi import checks
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from tests.support.generated_exchanges import Case
from tests.support.style_cells import Version

Said = Literal["right", "wrong", "unasked"]
Judge = Callable[[Case], Said]
OF_ANSWERS = ("response header", "response body")


def openapi_core(documents: dict[Version, dict[str, Any]]) -> Judge:
    """openapi-core, asked through Werkzeug as a Flask service asks it. It reads no Swagger 2.0."""
    config = Config(spec_validator_cls=None)
    known = {
        version: OpenAPI.from_dict(document, config=config)
        for version, document in documents.items()
        if version != "2.0"
    }

    def judge(case: Case) -> Said:
        api = known.get(case.slot.version)
        if api is None:
            return "unasked"
        exchange = case.exchange
        path, _, query = exchange.path.partition("?")
        headers = [(name, value.encode().decode("latin-1")) for name, value in exchange.request.headers]
        builder = EnvironBuilder(
            path=path, query_string=query, method=exchange.method, headers=headers, data=exchange.request.body
        )
        asked = WerkzeugOpenAPIRequest(Request(builder.get_environ()))
        try:
            if case.slot.cell.location in OF_ANSWERS:
                assert exchange.response is not None
                answer = Response(exchange.response.body, exchange.status, list(exchange.response.headers))
                api.validate_response(asked, WerkzeugOpenAPIResponse(answer))
            else:
                api.validate_request(asked)
        except (OpenAPIError, ValueError, KeyError, TypeError, AttributeError):
            # What 0.23 does not foresee it lets out as Python's errors; a service would answer 500.
            return "wrong"
        return "right"

    return judge


def schemathesis_answers(documents: dict[Version, dict[str, Any]]) -> Judge:
    """Schemathesis' checks of answers; of requests it judges only those that it generated itself."""
    load_all_checks()
    known = {version: schemathesis.openapi.from_dict(document) for version, document in documents.items()}
    asked = [checks.response_headers_conformance, checks.response_schema_conformance]
    asked += [checks.content_type_conformance, checks.status_code_conformance]

    def judge(case: Case) -> Said:
        if case.slot.cell.location not in OF_ANSWERS:
            return "unasked"
        exchange = case.exchange
        assert exchange.response is not None
        assert exchange.status is not None
        operation = known[case.slot.version][case.slot.path][exchange.method]
        headers: dict[str, list[str]] = {}
        for name, value in exchange.response.headers:
            headers.setdefault(name.lower(), []).append(value)
        request = requests.Request(exchange.method, f"http://localhost{exchange.path}").prepare()
        answer = Answer(exchange.status, headers, exchange.response.body, request, 0.1, verify=False)
        try:
            operation.Case().validate_response(answer, checks=list(asked))
        except (Failure, FailureGroup, InvalidSchema, AttributeError):
            return "wrong"
        return "right"

    return judge
