"""The compiled check of one operation: its parameters, request body and responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contracts.addresses import query_of
from harness.contracts.bodies import Content
from harness.contracts.contract import Operation
from harness.contracts.dialect import Direction
from harness.contracts.envelope import EnvelopeSettings, documents_no_error
from harness.contracts.http_answers import PARTIAL, is_note, is_of_http
from harness.contracts.library import Place
from harness.contracts.parameters import located, schema_of
from harness.contracts.raw_values import RawValues, RequestValues, header_values, query_values
from harness.contracts.schemas import Schema
from harness.contracts.styles import ABSENT, EMPTY, MALFORMED, UNREAD, Reader
from harness.contracts.violations import NOTHING, Code, Unchecked, Violation, one_of, violation
from harness.core.exchange import BodyFlaw, Exchange, Message
from harness.core.masking import digest, is_secret_parameter
from harness.core.media_types import media_type
from harness.core.text import Text, text_of

NO_TEXT = Text(
    zh="{where}: OpenAPI 没有规定这种值在 {style} 样式下的写法",
    en="{where}: OpenAPI defines no text for such a value in the style {style}",
)
A_RANGE = Text(zh="response.body: 只是其中一段（206）", en="response.body: a range of it (206)")
NO_RESPONSES = Text(
    zh="response: 接口规范没有写明这个接口的任何响应",
    en="response: the contract has no responses of this operation",
)
_REQUEST_BODY: Code = "request-body"
NONE = Text(zh="无", en="none")
BODILESS = frozenset({204, 205, 304})


class _Value:
    """A parameter or a response header: how it is read and what it must be."""

    __slots__ = ("location", "name", "pointer", "reader", "required", "schema")

    def __init__(
        self,
        operation: Operation,
        place: Place,
        location: str,
        name: str,
        direction: Direction,
        taken: frozenset[str] = frozenset(),
    ) -> None:
        contract = operation.contract
        self.name, self.location, self.pointer = name, location, place.name
        self.required = place.value.get("required") is True
        self.reader = Reader.of(contract, place, name, location, direction, taken)
        schema = schema_of(place)
        self.schema = (
            None if schema is None else Schema(contract.library, schema, contract.openapi, direction)
        )

    def check(
        self, values: RawValues, code: Code, where: str, subject: str
    ) -> Iterator[Violation | Unchecked]:
        value = self.reader.read(values)
        if value is ABSENT:
            if self.required and not self.reader.is_nothing_empty:
                there = Text(zh="存在", en="to be there")
                yield violation(code, self.pointer, where, there, NOTHING, subject=subject, name=self.name)
            return
        if self.schema is None or value is EMPTY:
            return
        if value is UNREAD:
            yield Unchecked(NO_TEXT.format(where=where, style=self.reader.style))
            return
        if value is MALFORMED:
            expected, texts = _written(self.reader), values.get(self.reader.key) or [""]
            yield violation(
                code, self.pointer, where, expected, self._shown(texts[-1]), subject=subject, name=self.name
            )
            return
        if self.schema.is_valid(value):
            return
        for problem in self.schema.problems(value):
            path = "".join(f"/{token}" for token in problem.at)
            yield violation(
                code,
                problem.pointer,
                where + path,
                problem.expected,
                self._shown(problem.seen),
                subject=subject,
                name=self.name,
                type=problem.type,
            )

    def _shown(self, seen: Any) -> Any:
        """A value as a finding may have it: of a credential a digest."""
        if isinstance(seen, Text) or not is_secret_parameter(self.location, self.name):
            return seen
        return digest(seen if isinstance(seen, str) else repr(seen))


class _Response:
    __slots__ = ("content", "headers", "pointer")

    def __init__(self, operation: Operation, place: Place) -> None:
        contract = operation.contract
        self.pointer = place.name
        self.content = Content(contract, place, "response")
        self.headers = [
            _Value(
                operation, contract.library.follow(place.down("headers", name)), "header", name, "response"
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
            _Value(operation, place, where, name, "request", taken)
            for place, where, name, taken in located(operation)
        ]
        self._body: Content | None = None
        self._body_required = False
        if "requestBody" in operation.place.value:
            body = contract.library.follow(operation.place.down("requestBody"))
            self._body = Content(contract, body, "request")
            self._body_required = body.value.get("required") is True
        self._responses: dict[str, _Response] = {}

    def request(
        self, exchange: Exchange, path_values: RawValues, subject: str
    ) -> Iterator[Violation | Unchecked]:
        """What is wrong with the request."""
        if self._parameters:
            yield from self._check_parameters(exchange, path_values, subject)
        if self._body is None:
            return
        body, code = exchange.request.body, _REQUEST_BODY
        if (flaw := exchange.request.flaw) is not None:
            yield undecoded(flaw, code, f"{self._operation.pointer}/requestBody", subject)
            return
        content_type = exchange.request.header("content-type") or ""
        sent = media_type(content_type)
        pointer = f"{self._operation.pointer}/requestBody"
        if not body:
            if self._body_required:
                yield violation(
                    code, pointer, "request.body", Text(zh="有请求体", en="a body"), NONE, subject=subject
                )
            return
        declared = self._body.match(sent)
        if declared is None:
            media = one_of(self._body.media_types)
            where = "request.headers/Content-Type"
            yield violation(code, f"{pointer}/content", where, media, content_type, subject=subject)
            return
        yield from self._body.check(declared, sent, body, code, subject)

    def undeclared(self, exchange: Exchange) -> list[str]:
        """The names of its query that no parameter has: they break nothing, OpenAPI does not forbid them."""
        values = query_values(exchange.path.partition("?")[2])
        known = {name for name, _ in query_of(self._operation.template).pairs} | self._keys()
        for parameter in self._parameters if values else ():
            if parameter.location == "query":
                known |= parameter.reader.names(values)
        return [name for name in values if name not in known]

    def _keys(self) -> set[str]:
        """The API keys of the document that stand in a query."""
        schemes = (self._operation.contract.document.get("components") or {}).get("securitySchemes") or {}
        described = [scheme for scheme in schemes.values() if isinstance(scheme, dict)]
        return {str(scheme.get("name")) for scheme in described if scheme.get("in") == "query"}

    def response(
        self, exchange: Exchange, subject: str, envelope: EnvelopeSettings | None = None
    ) -> Iterator[Violation | Unchecked]:
        """What is wrong with the response; the exchange has one, opened if it came in an envelope."""
        status, message = exchange.status, exchange.response
        assert status is not None
        assert message is not None
        if is_of_http(exchange) and str(status) not in self._operation.responses:
            if status == PARTIAL:
                yield Unchecked(A_RANGE)
            return
        if not self._operation.responses:
            yield Unchecked(NO_RESPONSES)
            return
        response = self._response(status)
        if response is None and envelope is not None and self._is_left_to(envelope, status):
            return  # the envelope is all that is promised, and that has been read
        if response is None:
            known = ", ".join(self._operation.responses)
            pointer = f"{self._operation.pointer}/responses"
            yield violation("undocumented-status", pointer, "response.status", known, status, subject=subject)
            return
        headers = header_values(message.headers) if response.headers else {}
        for header in response.headers:
            where = f"response.headers/{header.name}"
            if exchange.method == "HEAD" and header.reader.read(headers) is ABSENT:
                continue  # what only the content would tell may be left out (RFC 9110, 9.3.2)
            yield from header.check(headers, "response-header", where, subject)
        if message.flaw is not None:
            yield undecoded(message.flaw, "response-body", response.pointer, subject)
        elif exchange.method != "HEAD" and status not in BODILESS:
            yield from self._response_body(response, status, message, subject, envelope)

    def _is_left_to(self, envelope: EnvelopeSettings, status: int) -> bool:
        """Whether the operation documents no error of its own and the envelope has this one."""
        return str(status) in envelope.statuses and documents_no_error(self._operation)

    def _response_body(
        self,
        response: _Response,
        status: int,
        message: Message,
        subject: str,
        envelope: EnvelopeSettings | None,
    ) -> Iterator[Violation | Unchecked]:
        content_type, content = message.header("content-type"), response.content
        if not content.media_types:
            if message.body and envelope is None and not is_note(status, content_type or ""):
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
        sent = media_type(content_type or "")
        declared = content.match(sent) if content_type or content.is_any else None
        if declared is None:
            yield violation(
                "undocumented-content-type",
                f"{response.pointer}/content",
                "response.headers/Content-Type",
                one_of(content.media_types),
                text_of(content_type) if content_type else NONE,
                subject=subject,
            )
            return
        yield from content.check(declared, sent, message.body, "response-body", subject)

    def _check_parameters(
        self, exchange: Exchange, path_values: RawValues, subject: str
    ) -> Iterator[Violation | Unchecked]:
        values = RequestValues(exchange.request, exchange.path, path_values)
        for parameter in self._parameters:
            where = f"request.{parameter.location}/{parameter.name}"
            yield from parameter.check(values.at(parameter.location), "request-parameter", where, subject)

    def _response(self, status: int) -> _Response | None:
        """The declared response of a status: itself, its range (``4XX``), ``default``."""
        responses = self._operation.responses
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in responses:
                if key not in self._responses:
                    place = self._operation.contract.library.follow(
                        self._operation.place.down("responses", key)
                    )
                    self._responses[key] = _Response(self._operation, place)
                return self._responses[key]
        return None


def undecoded(flaw: BodyFlaw, code: Code, pointer: str, subject: str) -> Violation | Unchecked:
    """What is said of a body that is still in its content coding."""
    where = "response.body" if code == "response-body" else "request.body"
    if flaw.expected is None:
        return Unchecked(flaw.seen.map(lambda seen: f"{where}: {seen}"))
    return violation(code, pointer, where, flaw.expected, flaw.seen, subject=subject)


def _written(reader: Reader) -> Text:
    """How a value would have to be written."""
    if reader.media_type is not None:
        return text_of("JSON")
    return Text(zh="按 {style} 样式书写的值", en="a value in the style {style}").format(style=reader.style)
