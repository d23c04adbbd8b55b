"""Documented refusals, asked for on purpose: one test per operation, ``getPoints[statuses]``.

Generated requests vary values; what they seldom meet is what HTTP itself says about a request (RFC 9110): no
body where one is asked for, a body of another media type, one that is too large, an object that is not
there, nobody logged in. For each status an operation documents and this module has a recipe for, the recipe
is sent and the answer judged: by the contract, and that what must be refused is refused.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from harness.api.backend import NOBODY, BackendUnderTest
from harness.api.choosing import why_nobody
from harness.api.client import Answer, Client, Request
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Index, Operation
from harness.contracts.envelope import documents_no_error, envelope_of
from harness.core import causes
from harness.core.causes import Cause
from harness.core.text import Text

SIZES = (70_000, 1_100_000, 11_000_000)  # bytes; limits in use are 64 KiB, 1 MB and 10 MB
ABSENT = "no-such-thing"
WRONG = "credentials-nobody-was-given"
ABSENT_NUMBER = 2_147_480_000
PHASE = "statuses"


@dataclass(frozen=True, slots=True)
class RefusalRecipe:
    """How to provoke a status from a request that is right. ``must``: which of the requests it makes may not
    be answered 2xx (``last``: unless one before was answered with the status).
    """

    status: str
    make: Callable[[Operation, Request], Iterator[Request]]
    expected: Text
    must: Literal["every", "last", "none"] = "every"
    user: str | None = None


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """A test for every operation that documents a status there is a recipe for."""
    for operation in contract.operations:
        recipes = _recipes(operation, backend)
        if operation.serves(backend.name) and recipes:

            def execute(
                operation: Operation = operation, recipes: tuple[RefusalRecipe, ...] = recipes
            ) -> Outcome:
                return probe(operation, recipes, backend, settings)

            yield ContractTest(
                name=f"{operation.id}[statuses]",
                kind="statuses",
                contract=contract,
                backend=backend,
                operation=operation,
                about=Text(zh="该拒绝的请求都被拒绝", en="refuses what it says it refuses"),
                execute=execute,
            )


def probe(
    operation: Operation,
    recipes: tuple[RefusalRecipe, ...],
    backend: BackendUnderTest,
    settings: ConformanceSettings,
) -> Outcome:
    """Send every recipe. BrokenError where the backend does not answer."""
    from harness.conformance.fuzzing.valid_requests import valid_requests

    began = time.monotonic()
    why = why_nobody(operation, backend)
    unable = why is not None and any(recipe.user is None for recipe in recipes)
    index = Index([operation.contract], service=backend.name)
    client = Client(backend, index, timeout=settings.request_timeout, about=operation)
    findings = Findings(operation.pointer, backend.logged)
    try:
        right = next(iter(valid_requests(operation, backend, settings.seed)))
        for recipe in recipes:
            if why is not None and recipe.user is None:
                continue  # nobody is let through to what the recipe is about
            answer = None
            for request in recipe.make(operation, right):
                answer = client.send(operation, request, user=recipe.user)
                findings.note_violations(answer, PHASE)
                if recipe.must == "every" and answer.ok:
                    _note_taken(findings, recipe, answer)
                if _means(answer, recipe.status):
                    break
            if recipe.must == "last" and answer is not None and answer.ok:
                _note_taken(findings, recipe, answer)
    finally:
        client.close()
    return Outcome(
        findings=findings.all(),
        cases={PHASE: client.sent},
        statuses=dict(sorted(client.statuses.items())),
        seconds=round(time.monotonic() - began, 3),
        not_run=(why,) if why is not None and unable else (),
    )


def _means(answer: Answer, status: str) -> bool:
    return str(answer.status) == status


def _note_taken(findings: Findings, recipe: RefusalRecipe, answer: Answer) -> None:
    operation, service = answer.checked.operation, answer.exchange.target
    cause = None
    if recipe.user == NOBODY and operation is not None:
        cause = Cause(causes.anonymous(service, operation.pointer), service)
    findings.note(
        "documented_refusal",
        Text(
            zh=f"规范写明 {recipe.status}，但请求被接受了",
            en=f"{recipe.status} is documented, but the request was taken",
        ),
        expected=recipe.expected,
        seen=answer.seen,
        exchange=answer.exchange,
        curl=answer.curl,
        phase=PHASE,
        key=recipe.status,
        cause=cause,
        checked=answer.checked,
    )


def _recipes(operation: Operation, backend: BackendUnderTest) -> tuple[RefusalRecipe, ...]:
    """The recipes for the statuses an operation documents, or leaves to the backend's envelope."""
    documented = set(operation.responses)
    envelope = envelope_of(operation, backend.envelope)
    if envelope is not None and documents_no_error(operation):
        documented |= set(envelope.statuses)
    return tuple(recipe for recipe in ALL if recipe.status in documented and _applies(recipe, operation))


def _applies(recipe: RefusalRecipe, operation: Operation) -> bool:
    value = operation.place.value
    if recipe.status == "413":
        return operation.method in (
            "POST",
            "PUT",
            "PATCH",
        )  # a body nobody asked for may be too large as well
    if recipe.status == "415" or recipe.make is _malformed:
        return "requestBody" in value
    if recipe.status == "404":
        return "{" in operation.path
    if recipe.status == "401":
        security = value.get("security", operation.contract.document.get("security"))
        return bool(security) and {} not in security
    return True


def _nobody(operation: Operation, right: Request) -> Iterator[Request]:
    yield right


def _wrong_credentials(operation: Operation, right: Request) -> Iterator[Request]:
    """What the first scheme asks for, with a value nobody was given."""
    document = operation.contract.document
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    requirements = operation.place.value.get("security", document.get("security")) or ()
    for name in next(iter(requirements), {}):
        scheme = schemes.get(name) or {}
        bearer = scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer"
        if bearer or scheme.get("type") in ("oauth2", "openIdConnect"):
            yield replace(right, headers={**right.headers, "Authorization": f"Bearer {WRONG}"})
        elif scheme.get("type") == "apiKey" and scheme.get("in") == "header":
            yield replace(right, headers={**right.headers, str(scheme["name"]): WRONG})
        elif scheme.get("type") == "apiKey" and scheme.get("in") == "cookie":
            yield replace(right, headers={**right.headers, "Cookie": f"{scheme['name']}={WRONG}"})
        elif scheme.get("type") == "apiKey":
            yield replace(right, query={**right.query, str(scheme["name"]): WRONG})


def _malformed(operation: Operation, right: Request) -> Iterator[Request]:
    yield replace(right, body=None, raw=b'{"', headers=_typed(right))
    yield replace(right, body=None, raw=b"\xff\xfe{}", headers=_typed(right))


def absent(operation: Operation, right: Request) -> Iterator[Request]:
    """The last object of the path is one that is not there: of another form, then of the same form."""
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{") and part.endswith("}")]
    if not names:
        return
    last = names[-1]
    yield replace(right, path={**right.path, last: absent_id(right.path.get(last))})
    yield replace(right, path={**right.path, last: ABSENT})
    yield replace(right, path={**right.path, last: ABSENT_NUMBER})


def absent_id(known: object) -> object:
    """An id of the same form nobody has: the part after the last separator replaced digit by digit."""
    if not isinstance(known, str):
        return ABSENT_NUMBER
    head, separator, tail = known.rpartition("_") if "_" in known else known.rpartition("-")
    return head + separator + "".join("f" if character.isalnum() else character for character in tail)


def _too_large(operation: Operation, right: Request) -> Iterator[Request]:
    """The right body with white space after it, which JSON allows (RFC 8259, section 2)."""
    body = json.dumps(right.body, ensure_ascii=False).encode()
    for size in SIZES:
        yield replace(right, body=None, raw=body + b" " * size, headers=_typed(right))


def _other_media_type(operation: Operation, right: Request) -> Iterator[Request]:
    yield replace(right, media_type="text/plain")


def _typed(right: Request) -> dict[str, str]:
    return {**right.headers, "Content-Type": right.media_type}


ALL = (
    RefusalRecipe("401", _nobody, Text("未登录时 401", "401 where nobody is logged in"), user=NOBODY),
    RefusalRecipe(
        "401", _wrong_credentials, Text("凭证无效时 401", "401 for credentials nobody was given"), user=NOBODY
    ),
    RefusalRecipe(
        "413", _too_large, Text("请求体达到 11 MB 时 413", "413 for a body of up to 11 MB"), must="last"
    ),
    RefusalRecipe(
        "415", _other_media_type, Text("请求体为 text/plain 时 415", "415 for a body of text/plain")
    ),
    RefusalRecipe(
        "400", _malformed, Text("请求体不是 UTF-8 的 JSON 时 400", "400 for a body that is no JSON in UTF-8")
    ),
    RefusalRecipe(
        "404", absent, Text("对象不存在时 404", "404 for an object that is not there"), must="none"
    ),
)
