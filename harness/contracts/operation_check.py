"""The compiled check of one operation: its parameters, request body and responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from harness.contracts.bodies import Content
from harness.contracts.contract import Operation
from harness.contracts.dialect import Direction
from harness.contracts.envelope import EnvelopeSettings, documents_no_error
from harness.contracts.library import Place
from harness.contracts.parameters import IGNORED_HEADERS, UNREAD, Reader, parameters_of, schema_of
from harness.contracts.schemas import Schema
from harness.contracts.violations import NOTHING, Code, Violation, one_of, violation
from harness.core.exchange import Exchange, Message
from harness.core.text import Text, text_of

_REQUEST_BODY: Code = "request-body"
NONE = Text(zh="无", en="none")
BODILESS = frozenset({204, 205, 304})


class _Value:
    """A parameter or a response header: how it is read and what it must be."""

    __slots__ = ("location", "name", "pointer", "reader", "required", "schema")

    def __init__(
        self, operation: Operation, place: Place, location: str, name: str, *, response: bool
    ) -> None:
        contract = operation.contract
        self.name, self.location, self.pointer = name, location, place.name
        self.required = place.value.get("required") is True
        plain = (
            place
            if "in" in place.value
            else Place(place.source, place.pointer, {**place.value, "name": name, "in": "header"})
        )
        self.reader = Reader(contract.library, plain)
        schema = schema_of(place)
        direction: Direction = "response" if response else "request"
        self.schema = (
            None if schema is None else Schema(contract.library, schema, contract.openapi, direction)
        )

    def check(self, values: list[str] | None, code: Code, where: str, subject: str) -> Iterator[Violation]:
        if not values:
            if self.required:
                yield violation(
                    code,
                    self.pointer,
                    where,
                    Text(zh="存在", en="to be there"),
                    NOTHING,
                    subject=subject,
                    name=self.name,
                )
            return
        value = self.reader.read(values)
        if self.schema is None or value is UNREAD or self.schema.is_valid(value):
            return
        for problem in self.schema.problems(value):
            path = "".join(f"/{token}" for token in problem.at)
            yield violation(
                code,
                problem.pointer,
                where + path,
                problem.expected,
                problem.seen,
                subject=subject,
                name=self.name,
                type=problem.type,
            )


class _Response:
    __slots__ = ("content", "headers", "pointer")

    def __init__(self, operation: Operation, place: Place) -> None:
        contract = operation.contract
        self.pointer = place.name
        self.content = Content(contract.library, place, contract.openapi, "response")
        self.headers = [
            _Value(
                operation, contract.library.follow(place.down("headers", name)), "header", name, response=True
            )
            for name in place.value.get("headers") or ()
            if name.lower() != "content-type"
        ]


class OperationCheck:
    """Checks exchanges against one operation."""

    __slots__ = ("_body", "_body_required", "_operation", "_parameters", "_responses")

    def __init__(self, operation: Operation) -> None:
        contract = operation.contract
        self._operation = operation
        self._parameters = [
            _Value(operation, place, place.value["in"], place.value["name"], response=False)
            for place in parameters_of(operation)
            if place.value["in"] != "header" or place.value["name"].lower() not in IGNORED_HEADERS
        ]
        self._body: Content | None = None
        self._body_required = False
        if "requestBody" in operation.place.value:
            body = contract.library.follow(operation.place.down("requestBody"))
            self._body = Content(contract.library, body, contract.openapi, "request")
            self._body_required = body.value.get("required") is True
        self._responses: dict[str, _Response] = {}

    def request(
        self, exchange: Exchange, path_values: Mapping[str, str], subject: str
    ) -> Iterator[Violation]:
        """What is wrong with the request."""
        if self._parameters:
            yield from self._check_parameters(exchange, path_values, subject)
        if self._body is None:
            return
        body, code = exchange.request.body, _REQUEST_BODY
        content_type = exchange.request.header("content-type") or ""
        pointer = f"{self._operation.pointer}/requestBody"
        if not body:
            if self._body_required:
                yield violation(
                    code, pointer, "request.body", Text(zh="有请求体", en="a body"), NONE, subject=subject
                )
            return
        declared = self._body.match(content_type)
        if declared is None:
            media = one_of(self._body.media_types)
            where = "request.headers/Content-Type"
            yield violation(code, f"{pointer}/content", where, media, content_type, subject=subject)
            return
        yield from self._body.check(declared, content_type, body, code, subject)

    def response(
        self, exchange: Exchange, subject: str, envelope: EnvelopeSettings | None = None
    ) -> Iterator[Violation]:
        """What is wrong with the response; the exchange has one, opened if it came in an envelope."""
        status, message = exchange.status, exchange.response
        assert status is not None
        assert message is not None
        response = self._response(status)
        if response is None and envelope is not None and self._is_left_to(envelope, status):
            return  # the envelope is all that is promised, and that has been read
        if response is None:
            known = ", ".join(self._operation.place.value["responses"])
            pointer = f"{self._operation.pointer}/responses"
            yield violation("undocumented-status", pointer, "response.status", known, status, subject=subject)
            return
        for header in response.headers:
            values = [value for name, value in message.headers if name.lower() == header.name.lower()]
            where = f"response.headers/{header.name}"
            yield from header.check(values, "response-header", where, subject)
        if exchange.method != "HEAD" and status not in BODILESS:
            yield from self._response_body(response, message, subject, envelope)

    def _is_left_to(self, envelope: EnvelopeSettings, status: int) -> bool:
        """Whether the operation documents no error of its own and the envelope has this one."""
        return str(status) in envelope.statuses and documents_no_error(self._operation)

    def _response_body(
        self, response: _Response, message: Message, subject: str, envelope: EnvelopeSettings | None
    ) -> Iterator[Violation]:
        content_type, content = message.header("content-type"), response.content
        if not content.media_types:
            if message.body and envelope is None:
                seen = Text(zh="{size} 字节，类型 {type}", en="{size} bytes of {type}").format(
                    size=len(message.body), type=content_type or Text(zh="未知", en="no type")
                )
                yield violation(
                    "response-body",
                    response.pointer,
                    "response.body",
                    Text(zh="没有响应体", en="no body"),
                    seen,
                    subject=subject,
                )
            return
        declared = None if content_type is None else content.match(content_type)
        if declared is None or content_type is None:
            yield violation(
                "undocumented-content-type",
                f"{response.pointer}/content",
                "response.headers/Content-Type",
                one_of(content.media_types),
                text_of(content_type) if content_type else NONE,
                subject=subject,
            )
            return
        yield from content.check(declared, content_type, message.body, "response-body", subject)

    def _check_parameters(
        self, exchange: Exchange, path_values: Mapping[str, str], subject: str
    ) -> Iterator[Violation]:
        query = parse_qs(exchange.path.partition("?")[2], keep_blank_values=True)
        cookies: SimpleCookie | None = None
        for parameter in self._parameters:
            values: list[str] | None
            match parameter.location:
                case "path":
                    values = [path_values[parameter.name]]
                case "query":
                    values = query.get(parameter.name)
                case "header":
                    header = exchange.request.header(parameter.name)
                    values = None if header is None else [header]
                case _:
                    cookies = _cookies(exchange) if cookies is None else cookies
                    values = [cookies[parameter.name].value] if parameter.name in cookies else None
            where = f"request.{parameter.location}/{parameter.name}"
            yield from parameter.check(values, "request-parameter", where, subject)

    def _response(self, status: int) -> _Response | None:
        """The declared response of a status: itself, its range (``4XX``), ``default``."""
        responses = self._operation.place.value["responses"]
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in responses:
                if key not in self._responses:
                    place = self._operation.contract.library.follow(
                        self._operation.place.down("responses", key)
                    )
                    self._responses[key] = _Response(self._operation, place)
                return self._responses[key]
        return None


def _cookies(exchange: Exchange) -> SimpleCookie:
    cookies = SimpleCookie()
    try:
        cookies.load(exchange.request.header("cookie") or "")
    except CookieError:
        pass  # unreadable cookies are absent ones
    return cookies
