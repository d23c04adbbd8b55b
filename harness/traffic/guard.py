"""What may be sent to an environment that is not disposable: rules, and the reason of every refusal.

Pure functions, asked twice: by the proxies for each request that comes by, and beforehand by whoever would
make requests, so that what is held back is listed as *not run*. A refused request is never passed on.

Reads (GET, HEAD, OPTIONS: the safe methods of RFC 9110 section 9.2.1 but TRACE, which echoes credentials) are
sent, anything else only where it is allowed by name. A request that could mean another method or another path
to the service than it says is refused: it cannot be told what it would do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from pydantic import BaseModel, ConfigDict

from harness.core.codec import Codec, CodecError
from harness.core.content_codings import decoded
from harness.core.exchange import BODY_LIMIT, SAFE_METHODS, Message
from harness.core.text import Text
from harness.processes.settings import EnvironmentClass
from harness.traffic.headers import Pairs

if TYPE_CHECKING:  # whoever reads an edge's rules need not load what reads contracts
    from harness.contracts import Index, Operation

# With these, frameworks take a request for one of another method.
OVERRIDES = frozenset({"x-http-method-override", "x-http-method", "x-method-override", "x-original-method"})
# With these, some servers and gateways answer for another path.
REROUTES = frozenset({"x-original-url", "x-rewrite-url"})
METHOD_FIELD = "_method"  # of a form or a query, for the same purpose
VARIABLE = re.compile(r"\{[^/{}]*\}")
MOST_ENCODED = 4  # times that a path is decoded; one encoded more often than that is refused


class Rules(BaseModel):
    """The rules of one edge.

    ``people``: who calls acts as people do (scenarios on a shared environment): only ``exclude`` holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: EnvironmentClass
    allow: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    requests_per_second: float | None = None
    people: bool = False

    def allows(self, method: str, operation: Operation | None, path: str | None = None) -> bool:
        """Whether a request of ``method`` to an operation may be sent."""
        return self.refusal(method, operation, path) is None

    def refusal(self, method: str, operation: Operation | None, path: str | None = None) -> Text | None:
        """Why a request may not be sent, None where it may.

        ``path`` is that of the request (without query), by default the operation's template; ``operation`` is
        None where no contract has one for the request.
        """
        if self.environment == EnvironmentClass.DISPOSABLE:
            return None
        if path is None:
            path = operation.path.partition("?")[0] if operation else ""
        excluded = next((each for each in self.exclude if _excludes(each, method, operation, path)), None)
        if excluded is not None:
            return Text(
                zh=f"[environment_rules] 排除了 {excluded!r}", en=f"[environment_rules] excludes {excluded!r}"
            )
        if method in SAFE_METHODS or self.people:
            return None
        if self.environment == EnvironmentClass.PRODUCTION:
            safe = ", ".join(SAFE_METHODS)
            return Text(
                zh=f"environment = 'production'：只发送 {safe}，这是 {method}",
                en=f"environment = 'production': only {safe} are sent, this is {method}",
            )
        if any(_allows(entry, method, operation, path) for entry in self.allow):
            return None
        named = operation.label if operation else f"{method} {path}"
        return Text(
            zh=f"environment = 'shared'：{named} 会写入，而 [environment_rules] 没有允许它",
            en=f"environment = 'shared': {named} writes, and [environment_rules] does not allow it",
        )


class Guard:
    """The rules of an edge together with its contracts, which tell the operation of a request."""

    def __init__(self, rules: Rules, index: Index | None, codec: Codec | None = None) -> None:
        self._codec = codec
        # An excluded operation is known by its path, too, in whatever spelling a server would take.
        paths = {each.id: each.label for each in (index.operations if index else ())}
        exclude = (*rules.exclude, *(paths[each] for each in rules.exclude if each in paths))
        self._rules = rules.model_copy(update={"exclude": tuple(dict.fromkeys(exclude))})
        self._index = index

    def refusal(self, method: str, target: str, headers: Pairs, *, body: bool) -> Text | None:
        """Why a request is refused, by what its head says. ``target`` as sent, ``body``: one follows."""
        path, _, query = target.partition("?")
        meant = list(_other_methods(target, headers))
        if self._rules.people:
            plain = _plain(path)
            reasons = (self._decide(each, plain, query) for each in (method, *meant))
            return next((reason for reason in reasons if reason), None)
        trick = _trick(method, path, headers, body=body)
        if trick is None and any(each != method for each in meant):
            others = " / ".join(meant)
            trick = Text(
                zh=f"请求头或查询参数使 {method} 变成 {others}",
                en=f"a header or the query makes {method} mean {others}",
            )
        return _ambiguous(trick) if trick else self._decide(method, path, query)

    def refusal_of_body(self, method: str, headers: Pairs, body: bytes | None) -> Text | None:
        """Why a request is refused by its body; None for ``body`` says that it cannot be looked into."""
        if self._rules.people or method in SAFE_METHODS:
            return None
        headers, body = self._readable(headers, body)
        if body is None:
            return _ambiguous(
                Text(
                    zh="请求体太长或经过编码，可能指明另一个方法",
                    en="its body is too long or encoded, and may name another method",
                )
            )
        kind = (_header(headers, "content-type") or "").lower()
        try:
            named = _names_method(kind, body)
        except RecursionError:
            return _ambiguous(
                Text(
                    zh="请求体嵌套太深无法读取，可能指明另一个方法",
                    en="its body is nested too deep to be read, and may name another method",
                )
            )
        field = Text(zh=f"请求体中有字段 {METHOD_FIELD}", en=f"its body has a field {METHOD_FIELD}")
        return _ambiguous(field) if named else None

    def _readable(self, headers: Pairs, body: bytes | None) -> tuple[Pairs, bytes | None]:
        """A body out of its content codings and its seal, with the headers it then has; None where it cannot be."""
        if body is None:
            return headers, None
        message = decoded(Message(headers, body), BODY_LIMIT)
        try:
            message = message if self._codec is None else self._codec.open(message)
        except CodecError:
            return headers, None
        return message.headers, None if message.flaw is not None else message.body

    def _decide(self, method: str, path: str, query: str) -> Text | None:
        operation = self._index.match(method, f"{path}?{query}") if self._index else None
        return self._rules.refusal(method, operation, path)


def _ambiguous(trick: Text) -> Text:
    words = Text(
        zh="无法判断服务会做什么：{trick}", en="it cannot be told what the service would do: {trick}"
    )
    return words.format(trick=trick)


def _allows(entry: str, method: str, operation: Operation | None, path: str) -> bool:
    """Exactly: what is not surely meant is not allowed."""
    named, space, template = entry.partition(" ")
    if not space:
        return operation is not None and operation.id == entry and operation.method == method
    if named != method:
        return False
    if operation is not None and _anonymous(template) == _anonymous(operation.path):
        return True
    return template == path or (operation is None and _pattern(template).fullmatch(path) is not None)


def _excludes(entry: str, method: str, operation: Operation | None, path: str) -> bool:
    """Generously: in every spelling of the path that some server takes."""
    named, space, template = entry.partition(" ")
    if entry.startswith("/"):
        named, template = "", entry
    elif not space:
        return operation is not None and operation.id == entry
    if named and named != method and not (named == "GET" and method in SAFE_METHODS):
        return False
    if operation is not None and _anonymous(template) == _anonymous(operation.path):
        return True
    if operation is not None and "{" in template and "{" not in operation.path:
        return False  # /products/search is no /products/{id}
    return _pattern(_plain(template).lower()).fullmatch(_plain(path).lower()) is not None


def _anonymous(template: str) -> str:
    return VARIABLE.sub("{}", template)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(part) for part in VARIABLE.split(template)))


def _plain(path: str) -> str:
    """A path as the most obliging server would read it."""
    for _ in range(MOST_ENCODED):
        path = unquote(path)
    segments: list[str] = []
    for segment in path.replace("\\", "/").split("/"):
        segment = segment.partition(";")[0]
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(segments)


def _trick(method: str, path: str, headers: Pairs, *, body: bool) -> Text | None:
    """What could make a service take a request for another one."""
    if body and method in SAFE_METHODS:
        return Text(zh=f"带请求体的 {method}", en=f"a {method} with a body")
    reroute = next((name for name, _ in headers if name.lower() in REROUTES), None)
    if reroute:
        return Text(zh=f"请求头 {reroute} 指明另一个路径", en=f"the header {reroute} names another path")
    decoded = path
    for _ in range(MOST_ENCODED):
        segments = [segment.partition(";")[0] for segment in decoded.split("/")]
        if any(character in "\\#\ufffd" or ord(character) < 0x20 for character in decoded):
            return Text(
                zh="路径含反斜杠、'#'、控制字符，或不是 UTF-8",
                en="its path has a backslash, '#', a control character or is no UTF-8",
            )
        if "" in segments[1:-1] or decoded.startswith("//"):
            return Text(zh="路径有空段", en="its path has an empty segment")
        if "." in segments or ".." in segments:
            return Text(zh="路径有 '.' 或 '..' 段", en="its path has a segment '.' or '..'")
        further = unquote(decoded)
        if further.count("/") != decoded.count("/"):
            return Text(zh="路径含编码的斜杠", en="its path has an encoded slash")
        if further == decoded:
            return None
        decoded = further
    return Text(zh="路径多次编码", en="its path is encoded several times")


def _other_methods(target: str, headers: Pairs) -> Iterator[str]:
    """The methods a request could be taken for besides its own."""
    for name, value in headers:
        if name.lower().replace("_", "-") in OVERRIDES:
            yield value.strip().upper()
    for name, value in parse_qsl(target.partition("?")[2], keep_blank_values=True):
        if name == METHOD_FIELD:
            yield value.strip().upper()


def _names_method(kind: str, body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    if "json" in kind:
        try:
            data: Any = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        return isinstance(data, dict) and METHOD_FIELD in data
    if "multipart/" in kind:
        return re.search(rf"name\s*=\s*[\"']?{METHOD_FIELD}\b", text) is not None
    return any(name == METHOD_FIELD for name, _ in parse_qsl(text, keep_blank_values=True))


def _header(headers: Pairs, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)
