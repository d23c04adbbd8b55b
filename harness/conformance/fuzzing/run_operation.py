"""Generated tests of one operation on one backend: the only module that imports schemathesis.

Schemathesis' engine runs the phases *examples*, *coverage* and *fuzzing*; with ``continue-on-failure`` a
finding does not end the operation's tests, and each failure keeps its identity. Stateful tests (sequences
along links, use after free) are left out: they belong to several operations and so to no single item.

The configuration is complete, so a ``schemathesis.toml`` in the working folder changes nothing; nothing is
written to disk but Hypothesis' character tables, in the folder for temporary files. Nothing that earlier
answers of the backend said is fed back into generation: equal seeds generate equal requests.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis.configuration
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.engine.run import PhaseName

from harness.api.backend import BackendUnderTest
from harness.api.choosing import actor, why_nobody
from harness.api.credentials import Authentication, authentication_of
from harness.api.silences import lines
from harness.api.transport import BEHIND_ANSWER, Transport, silence_behind
from harness.checks.outcome import Outcome
from harness.conformance.fuzzing import body_flaws
from harness.conformance.fuzzing.envelopes import documented_answers, open_answers
from harness.conformance.fuzzing.failures import Failures
from harness.conformance.fuzzing.travel import travel_by
from harness.conformance.kinds import methods
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation, bundle
from harness.contracts.addresses import sent
from harness.contracts.envelope import envelope_of
from harness.contracts.path_examples import is_elsewhere, without_elsewhere
from harness.core.errors import BrokenError, HarnessError
from harness.core.exchange import REFUSED, REPEATED, UNANSWERED
from harness.core.masking import mask_text
from harness.core.text import Text, text_of

NO_ANSWER = Text(zh="没有得到响应：{request}", en="no answer to {request}")
UNREADABLE = Text(
    zh="schemathesis 无法读取 {document}：{error}", en="schemathesis cannot read {document}: {error}"
)
# What an answer to a repeated request does not show: the first attempt may have used up what it asks for.
OF_FIRST_ATTEMPTS = ("positive_data_acceptance",)
OF_THE_API = (methods.UNSUPPORTED, methods.ALLOW)  # checks that are no single operation's


def run(
    contract: Contract, operation: Operation, backend: BackendUnderTest, settings: ConformanceSettings
) -> Outcome:
    """Test one operation. BrokenError where the harness cannot (sign in, read the contract)."""
    envelope = envelope_of(operation, backend.envelope)
    user = actor(operation, backend)
    authentication = authentication_of(operation, backend, user, envelope)
    started = time.monotonic()
    cases: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    failures = Failures(operation, backend, envelope, user)
    broken: dict[Text, None] = {}
    out_of_time = False
    transport = Transport(backend.silences, backend.require_parts, repeat_all=True, codec=backend.codec)

    def failure() -> HarnessError | None:
        return authentication.failure or transport.failure

    with quiet(), travel_by(transport):
        schema = _schema(contract, operation, backend, settings, authentication)
        for event in _events(schema, failure):
            match event:
                case events.ScenarioFinished():
                    _gather(event, failures, cases, statuses, broken, authentication.secrets)
                case _ if failure() is not None:
                    pass  # said once, below
                case events.NonFatalError():
                    broken[text_of(_words(event))] = None
                case events.FatalError():
                    broken[text_of(f"schemathesis: {event.exception!r}")] = None
                case events.EngineFinished() if event.stop_reason is StopReason.MAX_TIME:
                    out_of_time = True
    out_of_time = out_of_time or time.monotonic() - started >= settings.seconds
    if error := failure():
        if not failures.findings:
            error.__dict__.pop("__notes__", None)  # schemathesis' way to send the request again
            raise error
        said = Text(zh=error.say("zh"), en=error.say("en"))
        broken = {said: None}  # what was found before stands
    broken |= dict.fromkeys(NO_ANSWER.format(request=line) for line in lines(backend.silences.lasting))
    return Outcome(
        findings=failures.findings.all(),
        cases=dict(cases),
        statuses=dict(sorted(statuses.items())),
        seconds=round(time.monotonic() - started, 3),
        out_of_time=out_of_time,
        broken=tuple(broken),
        not_run=(why,) if (why := why_nobody(operation, backend)) else (),
    )


def _events(schema: Any, failure: Callable[[], HarnessError | None]) -> Iterator[events.EngineEvent]:
    """The engine's events, to the end of one round; its own exceptions are BrokenErrors."""
    try:
        with _deaths() as deaths:
            stream = from_schema(schema).execute()
            for event in stream:
                yield event
                if failure() is not None:
                    stream.stop()
                if isinstance(event, events.PhaseFinished) and event.phase.name is PhaseName.FUZZING:
                    stream.stop()  # with a budget it would go on with new cases until that is spent
        if deaths:
            raise deaths[0]
    except HarnessError:
        raise
    except Exception as error:
        words = Text(zh="schemathesis 出错：{error}", en="schemathesis failed: {error}")
        raise failure() or BrokenError(words.format(error=repr(error))) from error


@contextmanager
def _deaths() -> Iterator[list[BaseException]]:
    """What the engine's threads died of; it ends all the same, as if no case had been left."""
    deaths: list[BaseException] = []
    before = threading.excepthook

    def note(death: threading.ExceptHookArgs) -> None:
        of_engine = death.thread is not None and death.thread.name.startswith("schemathesis")
        if of_engine and death.exc_value is not None:
            deaths.append(death.exc_value)
        else:
            before(death)

    threading.excepthook = note
    try:
        yield deaths
    finally:
        threading.excepthook = before


def _gather(
    event: events.ScenarioFinished,
    failures: Failures,
    cases: Counter[str],
    statuses: Counter[str],
    broken: dict[Text, None],
    secrets: tuple[str, ...],
) -> None:
    recorder, phase = event.recorder, event.phase.value
    cases[phase] += len(recorder.cases)
    for interaction in recorder.interactions.values():
        if interaction.response is None or _is_marked(interaction, UNANSWERED):
            statuses["none"] += 1
        else:
            statuses[str(interaction.response.status_code)] += 1
    for case_id, checks in recorder.checks.items():
        for node in checks:
            if node.failure_info is not None:
                failure = node.failure_info.failure
                case = failure.case_id or case_id
                interaction = recorder.interactions[case]
                if _is_marked(interaction, REFUSED) or _is_marked(interaction, UNANSWERED):
                    continue
                if node.name in OF_FIRST_ATTEMPTS and _is_marked(interaction, REPEATED):
                    continue
                if behind := _silence_behind(interaction):
                    broken[behind] = None
                    continue
                if unjudged := failures.add(node.name, failure, phase, case, interaction, secrets):
                    broken[unjudged] = None


def _is_marked(interaction: Any, header: str) -> bool:
    """Whether the proxy answered instead of the backend, and says so by this header."""
    response = interaction.response
    return response is not None and header.lower() in {name.lower() for name in response.headers}


def _silence_behind(interaction: Any) -> Text | None:
    """Why a finding says nothing of the backend: it asked another service in vain meanwhile."""
    headers = interaction.response.headers.items() if interaction.response is not None else ()
    seen = silence_behind((name, value) for name, values in headers for value in values)
    if seen is None:
        return None
    request = f"{interaction.request.method} {urlsplit(interaction.request.uri).path}"
    return BEHIND_ANSWER.format(request=request, status=interaction.response.status_code, seen=seen)


def _words(event: events.NonFatalError) -> str:
    return " ".join(mask_text(f"{event.info.title}: {event.info.message}").split())[:300]


def _schema(
    contract: Contract,
    operation: Operation,
    backend: BackendUnderTest,
    settings: ConformanceSettings,
    authentication: Authentication,
) -> Any:
    base_url = backend.base_url().rstrip("/") + operation.base
    envelope = envelope_of(operation, backend.envelope)
    given = configuration(settings, base_url)
    if envelope is not None:
        # It asks again without credentials by itself, past our hook; the probes of 401 do what it does.
        given["checks"]["ignored_auth"] = {"enabled": False}
    if not operation.responses:
        given["checks"]["status_code_conformance"] = {"enabled": False}  # no status is documented
    config = SchemathesisConfig.from_dict(given)
    try:
        schema: Any = schemathesis.openapi.from_dict(_whole(operation, backend), config=config)
    except Exception as error:
        raise BrokenError(UNREADABLE.format(document=contract.name, error=error)) from error
    schema = schema.include(method=operation.method, path=sent(operation.template))
    _keep_address(schema)
    if envelope is not None:
        open_answers(schema, envelope)
    if authentication:
        schema.auth.set_from_requests(authentication)
    return schema


def _keep_address(schema: Any) -> None:
    """Leave out examples that make another address; schemathesis takes some from the examples of answers."""

    @schema.hook  # type: ignore[untyped-decorator]
    def before_add_examples(context: Any, examples: list[Any]) -> None:
        examples[:] = [
            case
            for case in examples
            if not any(is_elsewhere(value) for value in (case.path_parameters or {}).values())
        ]


def _whole(operation: Operation, backend: BackendUnderTest) -> dict[str, Any]:
    """The document, with the answers that the backend's envelope adds to the operation."""
    document = document_of(operation)
    envelope = envelope_of(operation, backend.envelope)
    if envelope is None:
        return document
    template, method = sent(operation.template), operation.method.lower()
    item = document["paths"][template]
    item = {
        **item,
        method: {**item[method], "responses": documented_answers(operation, item[method], envelope)},
    }
    return {**document, "paths": {**document["paths"], template: item}}


def document_of(operation: Operation) -> dict[str, Any]:
    """Its contract as one document, in which the operation stands under the path that requests have."""
    document, template = bundled(operation.contract), operation.template
    if sent(template) == template:
        return document
    others = {path: item for path, item in document["paths"].items() if path != template}
    return {**document, "paths": {**others, sent(template): document["paths"][template]}}


@lru_cache(maxsize=32)
def bundled(contract: Contract) -> dict[str, Any]:
    """The contract as one document, made once."""
    return without_elsewhere(bundle(contract))


def configuration(settings: ConformanceSettings, base_url: str) -> dict[str, Any]:
    """The whole configuration schemathesis gets."""
    closed = {"enabled": False}
    left_out = [*settings.without_checks, *OF_THE_API]
    if body_flaws.TOLD_AS in left_out:
        left_out.append(body_flaws.NAME)
    phases: dict[str, Any] = {name: {"enabled": name in settings.phases} for name in ("examples", "coverage")}
    # What a whole API decides in one place is asked once, by harness.conformance.kinds.methods.
    phases["coverage"]["unexpected-methods"] = []
    phases["fuzzing"] = {"enabled": "fuzzing" in settings.phases, "error-feedback": closed}
    for phase in phases.values():
        phase["extra-data-sources"] = {"responses": False}
        phase["operation-ordering"] = "none"
    return {
        "base-url": base_url,
        "seed": settings.seed,
        "max-time": settings.seconds,
        "continue-on-failure": True,
        "workers": 1,
        "request-timeout": settings.request_timeout,
        # Else it follows a redirect that is not documented, and judges the answer of another address.
        "max-redirects": 0,
        "suppress-health-check": ["all"],
        "warnings": False,
        "cache": closed,
        "analysis": {"constants": closed},
        "generation": {
            "mode": "all" if settings.negative else "positive",
            "max-examples": settings.max_examples,
            "deterministic": False,
            "database": "none",
            "no-shrink": True,
            # Credentials are ours; that they are needed is what the check ignored_auth asks.
            "with-security-parameters": False,
        },
        "phases": {**phases, "stateful": closed},
        "checks": dict.fromkeys(left_out, closed),
    }


@contextmanager
def quiet() -> Iterator[None]:
    """Warnings of foreign code are not the test's; Hypothesis keeps its tables out of the user's tree."""
    before = hypothesis.configuration.__dict__.get("__hypothesis_home_directory")
    if "HYPOTHESIS_STORAGE_DIRECTORY" not in os.environ:
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
        home = Path(tempfile.gettempdir()) / f"linkage-harness-hypothesis-{user}"
        hypothesis.configuration.set_hypothesis_home_dir(home)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        hypothesis.configuration.set_hypothesis_home_dir(before)
