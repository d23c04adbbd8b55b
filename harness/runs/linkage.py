"""The participants of a linkage contract, put together from harness.toml; what can be said of it without a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from harness.api.backend import BackendUnderTest
from harness.config.settings import HarnessSettings
from harness.contracts import load
from harness.core import advice
from harness.core.errors import BrokenError, NotRun, UsageError
from harness.core.nearest import ANY, nearest
from harness.core.platforms import Platform
from harness.core.records import compose
from harness.core.text import Text
from harness.core.yaml_core import construct
from harness.linkage.checks.summary import CheckSummary, summaries
from harness.linkage.contract.lint import lint, unnamed
from harness.linkage.contract.maker_lint import only_own
from harness.linkage.contract.plan import Cell, writes
from harness.linkage.contract.reading import Document, read
from harness.linkage.contract.unread_lint import not_promised
from harness.linkage.contract.upgrade import upgrade
from harness.linkage.contract.ways import Ways
from harness.linkage.draft.side_by_side import Comparison, compare, compare_acts
from harness.linkage.entities import NO_ENTITY
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.row_source import RowSource
from harness.linkage.participants.wechat_codes import WeChatCodes
from harness.linkage.promises.hops import Hops
from harness.linkage.promises.linkage_run import LinkageRun
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck
from harness.platforms.settings import MiniProgramSettings
from harness.runs.backends import backends_of, backends_of_run
from harness.runs.databases import databases_of, filled_by, of_platform
from harness.runs.edge_discovery import edges
from harness.runs.outboxes import databases_of_run
from harness.runs.run import Run
from harness.simulator.source.project import app_id_of

NOTHING_TO_UPGRADE = Text(
    zh="不是第 1 版之前的列表；没有可改写的内容",
    en="this is no list of before version 1; there is nothing to upgrade",
)
ENTRY_LACKS = Text(zh="第 {number} 条没有 {key!r}", en="entry {number} has no {key!r}")
DRAFT = advice.harness("linkage draft")
NONE_YET = Text(
    zh=f"还没有联动契约；'{DRAFT}' 可以写出第一份",
    en=f"no linkage contract yet; '{DRAFT}' writes a first one",
)


def participants_of(
    document: Document | None,
    settings: HarnessSettings,
    backends: Mapping[str, BackendUnderTest],
    url: Callable[[str, str], str],
    databases: Mapping[str, RowSource] = {},
) -> dict[str, Participant]:
    """The platforms that a service of this system answers, or a database; people as the linkage contract has them.

    ``url`` gives the address under which one service calls another, when it is needed.
    """
    found: dict[str, Participant] = {}
    people = {} if document is None else document.contract.people
    for platform in settings.used_platforms:
        backend = _backend_of(settings, platform, backends)
        database = of_platform(settings, platform.name, databases)
        if backend is None and database is None:
            continue
        service = settings.services.get(backend.name) if backend is not None else None
        found[platform.name] = Participant(
            platform.name,
            platform.title,
            backend or _rows_alone(platform),
            tuple(
                load(contract, readable=settings.readable)
                for contract in (backend.contracts if backend is not None else ())
            ),
            {person: users[platform.name] for person, users in people.items() if platform.name in users},
            _wechat(settings, platform, url),
            database=database,
            behind=service.behind.get(platform.name)
            if service is not None
            else filled_by(settings, platform.name),
            where=document.where if document is not None else lambda *keys: "",
        )
    return found


def _wechat(
    settings: HarnessSettings, platform: Platform, url: Callable[[str, str], str]
) -> WeChatCodes | None:
    """WeChat's codes for the people of a mini-program, if something stands in for WeChat."""
    program = settings.ends.get(platform.name)
    if not isinstance(program, MiniProgramSettings) or program.wechat is None:
        return None
    return WeChatCodes(partial(url, platform.caller, program.wechat), partial(app_id_of, program.project))


def _backend_of(
    settings: HarnessSettings, platform: Platform, backends: Mapping[str, BackendUnderTest]
) -> BackendUnderTest | None:
    """That of its service; of an end that nobody drives here, the service that says whose backend it is."""
    try:
        return backends.get(settings.service_of(platform.name))
    except UsageError:
        return next((one for one in backends.values() if platform.name in one.platforms), None)


def _rows_alone(platform: Platform) -> BackendUnderTest:
    """Of a platform without a service: nothing can be asked."""
    return BackendUnderTest(
        name=platform.name,
        title=platform.title,
        platforms=(platform.name,),
        contracts=(),
        base_url=lambda: _nowhere(platform.name),
    )


def comparisons(run: Run, entity: str) -> Iterator[Comparison | Text]:
    """One round of ``entity`` from each participant that writes it, then its acts; in words why there is none."""
    settings = run.settings
    document = read(settings.linkage_map, settings.known_platforms)
    if entity not in document.contract.entities:
        near = nearest(entity, document.contract.entities, alike=ANY)
        raise UsageError(NO_ENTITY.format(name=entity), nearest=near)
    databases = databases_of_run(run)
    participants = participants_of(document, settings, backends_of_run(run), run.url, databases)
    lint(document, participants)
    shared = LinkageRun(
        contract=document.contract,
        participants=participants,
        seed=int(run.seed),
        timeout=settings.conformance.request_timeout,
        hops=lambda trace: Hops(list, frozenset()),
        quiet=lambda within: None,
        record_lag=lambda lag: None,
        obstruct=run.obstruct,
        inject=lambda source, target, fault: None,
        happened=lambda source, target, trace_id: 0,
    )
    for name, participant in participants.items():
        if not writes(document.contract.entities[entity], participant):
            continue
        cell = Cell(entity, "appears", name, name, document.contract.within(entity))
        check = PromiseCheck(shared, cell)
        try:
            yield compare(check)
            yield from compare_acts(check)
        except (BrokenError, NotRun) as error:
            yield error.text
        except PromiseBroken:
            yield from (finding.lines() for finding in check.findings.all())
        finally:
            check.close()


def upgraded(settings: HarnessSettings, path: Path) -> str:
    """The text of a linkage contract of before version 1 in version 1. UsageError where it is none."""
    node = compose(path)
    entries = None if node is None else construct(node)
    if not isinstance(entries, list):
        raise UsageError(NOTHING_TO_UPGRADE, where=f"{path}:1")
    needed = ("id", "key", "fields", "seconds")
    for number, entry in enumerate(entries, 1):
        missing = [key for key in needed if not isinstance(entry, dict) or key not in entry]
        if missing:
            raise UsageError(ENTRY_LACKS.format(number=number, key=missing[0]), where=str(path))
    return upgrade(entries, participants_of(None, settings, backends_of(settings, _nowhere), _nowhere))


def ways_of(settings: HarnessSettings) -> Ways:
    """Where proxies stand, and whether services tell when nothing is under way."""
    return Ways(
        frozenset((edge.source, edge.target) for edge in edges(settings)),
        frozenset(name for name, service in settings.services.items() if service.relay),
        drains=any(service.drain is not None for service in settings.services.values()),
    )


def _nowhere(*services: str) -> str:
    raise BrokenError(f"nothing is asked of {services[-1]} here")


def fitting(settings: HarnessSettings) -> tuple[Document, dict[str, Participant]]:
    """The linkage contract and its participants. UsageError where it does not fit the OpenAPI documents."""
    document = read(settings.linkage_map, settings.known_platforms)
    databases = databases_of(settings, lambda: settings.root)
    participants = participants_of(document, settings, backends_of(settings, _nowhere), _nowhere, databases)
    lint(document, participants)
    return document, participants


def hints(settings: HarnessSettings) -> list[Text]:
    """What the linkage contract says for promises that it does not name, and sends though no document names it."""
    document, participants = fitting(settings)
    unshown = only_own(document.contract.entities, participants)
    return [*not_promised(document.contract), *unnamed(document, participants), *unshown]


def explain(settings: HarnessSettings) -> Iterator[CheckSummary]:
    """Every check of the project's linkage contract. UsageError where it does not fit the OpenAPI documents."""
    if not settings.linkage_map.is_file():
        raise UsageError(
            NONE_YET,
            where=str(settings.linkage_map),
        )

    document, participants = fitting(settings)
    yield from summaries(document.contract, participants, ways_of(settings))
