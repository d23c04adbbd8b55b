"""``harness linkage draft``: a linkage contract from the OpenAPI documents and one run of the system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.config.settings import HarnessSettings
from harness.contracts import pointers
from harness.core.errors import UsageError
from harness.core.exchange import SAFE_METHODS
from harness.core.platforms import HARNESS
from harness.core.text import Text
from harness.linkage.contract.model import PromiseName
from harness.linkage.contract.plan import PROMISES
from harness.linkage.draft.confirming import Confirmation
from harness.linkage.draft.draft import Drafter, people_of
from harness.linkage.draft.places import reading
from harness.linkage.draft.rendering import render
from harness.linkage.participants.participant import Participant
from harness.processes.settings import EnvironmentClass
from harness.runs.backends import backends_of_run
from harness.runs.linkage import participants_of, ways_of
from harness.runs.outboxes import databases_of_run
from harness.runs.run import Run
from harness.traffic import exchanges_of

DISPOSABLE_ONLY = Text(
    zh="'{command}' 会写入数据，所以需要 environment = \"disposable\"",
    en="'{command}' writes, so it needs environment = \"disposable\"",
)
UNTRACED = Text(
    zh="{services} 不传递 traceparent，所以使投递丢失、重复或迟到的检查有 {count} 项不会执行：{promises}；"
    "请让它把收到的 traceparent 写进由此发出的请求",
    en="{services}: no traceparent is passed on, so {count} checks that lose, double or delay deliveries will not run: "
    "{promises}; send the header that came with a request on with what it causes",
)
TOO_FEW = Text(
    zh="联动契约是端与端之间的；harness.toml 中有服务或数据库的不到两个",
    en="a linkage contract is between platforms; harness.toml has not two with a service or a database",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """``text`` is the linkage contract, of so many ``entities``; ``left_out`` says why others are not there.

    ``open``: what no check will look at until somebody decides, by entity; ``reads``: operations that write nothing,
    as :func:`written` names them; ``untraced``: checks that will not run, as services pass no ``traceparent`` on.
    """

    text: str
    entities: int
    left_out: tuple[Text, ...]
    open: tuple[tuple[str, Text], ...]
    reads: frozenset[str]
    untraced: Text | None


def draft(run: Run, entity: str | None, *, within: float, progress: Callable[[str], None]) -> Draft:
    """Draft every entity, or one with what it needs. UsageError where it cannot be done here."""
    settings = run.settings
    if settings.environment != EnvironmentClass.DISPOSABLE:
        raise UsageError(DISPOSABLE_ONLY.format(command="draft"))
    databases = databases_of_run(run)
    participants = participants_of(None, settings, backends_of_run(run), run.url, databases)
    if len(participants) < 2:
        raise UsageError(TOO_FEW)
    timeout, seed = settings.conformance.request_timeout, int(run.seed)
    drafter = Drafter(participants, seed, timeout, within, progress)
    drafter.run(entity)
    confirmation = Confirmation(
        participants, settings.known_platforms, seed, timeout, within, progress, ways_of(settings)
    )
    confirmation.confirm(drafter.entries, drafter.reader_writes)
    left_out = (*drafter.left_out, *confirmation.left_out)
    note = untraced_note(untraced(run.folder, settings.services), confirmation.deliveries)
    text = render(
        confirmation.confirmed,
        people_of(confirmation.confirmed, participants),
        left_out,
        participants,
        seed=seed,
        language=run.language,
        notes=[*drafter.notes, *([note] if note is not None else ())],
        settle=None if any(one.drain for one in settings.services.values()) else confirmation.settle,
    )
    undecided = tuple((entry.name, note) for entry in confirmation.confirmed for note in entry.notes)
    return Draft(
        text, len(confirmation.confirmed), left_out, undecided, reads_of(settings, participants), note
    )


def untraced(folder: Path, services: Collection[str]) -> frozenset[str]:
    """The services that sent no ``traceparent`` to other ones after they had been sent one, as the proxies saw it."""
    told, sent, passed_on = set[str](), set[str](), set[str]()
    for seen in exchanges_of(folder):
        exchange, trace = seen.exchange, seen.record.trace
        traced = trace is not None and bool(trace.trace_id)
        if exchange.source in told and exchange.target in services and exchange.target != exchange.source:
            (passed_on if traced else sent).add(exchange.source)
        if traced and exchange.target in services and exchange.method not in SAFE_METHODS:
            told.add(exchange.target)
    return frozenset(sent - passed_on)


def untraced_note(services: Collection[str], ways: Iterable[tuple[PromiseName, str]]) -> Text | None:
    """How many checks will not run for that: of ``ways``, each a promise with the service whose delivery goes wrong."""
    lost = [(promise, service) for promise, service in ways if service in services]
    if not lost:
        return None
    promises = ", ".join(name for name in PROMISES if name in {promise for promise, _ in lost})
    named = ", ".join(sorted({service for _, service in lost}))
    return UNTRACED.format(services=named, count=len(lost), promises=promises)


def reads_of(settings: HarnessSettings, participants: Mapping[str, Participant]) -> frozenset[str]:
    """Reads that are POST requests, and log-ins, as :func:`written` names them."""
    return frozenset(_reads(settings, participants))


def _reads(settings: HarnessSettings, participants: Mapping[str, Participant]) -> Iterator[str]:
    for service, its in settings.services.items():
        logins = (user.login for user in its.all_users.values())
        yield from (f"{service}: POST {login.path}" for login in logins if login is not None)
    for one in participants.values():
        for operation in one.operations.values():
            if reading(operation):
                yield f"{one.backend.name}: {operation.method} {operation.path}"


def written(folder: Path, without: Collection[str] = ()) -> dict[str, int]:
    """What the run of ``folder`` wrote to the services, as they were recorded: how often each operation was taken."""
    found: Counter[str] = Counter()
    for seen in exchanges_of(folder):
        exchange, place = seen.exchange, seen.record.operation
        taken = exchange.status is not None and 200 <= exchange.status < 300
        if exchange.source == HARNESS and exchange.method not in SAFE_METHODS and taken:
            path = pointers.split(place.partition("#")[2])[1] if place else exchange.path
            label = f"{exchange.target}: {exchange.method} {path}"
            found[label] += label not in without
    return dict(+found)
