"""Can a run begin? Each thing a run needs is looked at by itself, so that one problem hides no other.

Sends nothing but health requests and log-ins, and those only where the environment's rules let them through.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness.api.users import User
from harness.checks import waivers
from harness.config.settings import HarnessSettings, place_of
from harness.config.settings import load as load_settings
from harness.contracts import Contract, load
from harness.core import advice
from harness.core.errors import HarnessError
from harness.core.platforms import HARNESS
from harness.core.polling import pause
from harness.core.text import Text, joined
from harness.linkage import catalogue, entities
from harness.platforms.settings import MiniProgramSettings
from harness.processes import clock
from harness.processes.health import ask
from harness.reporting.allure import packages
from harness.runs import service_documents, targets
from harness.runs.doctor.diagnosis import Diagnosis, attempt, same
from harness.runs.doctor.machine import look
from harness.runs.doctor.people import who_acts
from harness.runs.environment_rules import check as check_rules
from harness.runs.environment_rules import interval, require_permission
from harness.runs.run import Run
from harness.runs.users import users_of
from harness.simulator.source.project import load_project
from harness.simulator.source.source_errors import SourceError

HEALTH_TIMEOUT = 5.0  # seconds
SETTINGS = Text(zh="设置 harness.toml", en="settings harness.toml")
NO_PROJECT = Text(zh="这里和上级文件夹中没有这个文件", en="there is none here or above")
STARTING = advice.harness("doctor --start")
START = Text(zh=f"用 {STARTING} 启动系统后检查登录", en=f"{STARTING} starts the system and tries it")


def examine_machine() -> Iterator[Diagnosis]:
    """What can be told where there is no project yet."""
    yield Diagnosis(SETTINGS, "problem", NO_PROJECT, usage=True)
    yield from look()


def examine(
    config: Path, *, profile: str | None = None, yes_production: str | None = None, start: bool = False
) -> Iterator[Diagnosis]:
    """Every check; those of the project end where harness.toml cannot be read.

    ``start`` starts the system as a run does, to try the log-ins of services that are not attached to.
    """
    what = SETTINGS
    try:
        settings = load_settings(config, profile=profile)
        require_permission(settings, yes_production)
    except HarnessError as error:
        yield Diagnosis(what, "problem", error.text, usage=True)
        yield from look()
        return
    environment = f"{settings.name}, {settings.environment}" + (f", profile {profile}" if profile else "")
    yield Diagnosis(what, "ok", same(environment))
    yield from look(partial(packages, settings.reporting.packages, settings.paths.runs.parent))
    contracts: dict[str, Contract] = {}
    yield from documents(settings, contracts)
    rules = Diagnosis(Text(zh="环境规则", en="environment rules"), "ok", same(str(settings.environment)))
    if len(contracts) == len({name for its in settings.services.values() for name in its.contracts}):
        where = partial(place_of, config, settings.profile)
        rules = attempt(rules.what, lambda: _rules(settings, contracts, where))
        yield rules
    yield attempt(Text(zh="豁免清单", en="waivers"), lambda: f"{len(waivers.load(settings.waivers).all)}")
    listed = settings.contract("not-producible.yaml")
    if listed.exists():
        operations = {
            name: [
                operation
                for file in its.contracts
                if file in contracts
                for operation in contracts[file].operations
                if operation.serves(name)
            ]
            for name, its in settings.services.items()
            if its.platform
        }
        yield attempt(
            Text(zh="无法产生的状态码清单", en="statuses not producible"),
            lambda: f"{len(targets.load(listed, operations))}",
        )
    if settings.paths.catalogue.exists():
        yield attempt(
            Text(zh="场景清单", en="catalogue of scenarios"),
            lambda: f"{len(catalogue.load(settings.paths.catalogue, settings.known_platforms).entries)}",
        )
    if settings.linkage_map.is_file():
        yield attempt(
            Text(zh="联动契约", en="linkage contract"),
            lambda: f"{len(entities.load(settings.linkage_map, settings.known_platforms))}",
        )
    for name, miniprogram in settings.miniprograms.items():
        yield _miniprogram(miniprogram, settings.known_platforms.title(name))
    yield from clocks(settings)
    yield from who_acts(settings, contracts)
    healthy = yield from _services(settings)
    if rules.state == "ok":
        yield from _users(settings, config, yes_production, healthy, start=start)


def documents(settings: HarnessSettings, loaded: dict[str, Contract]) -> Iterator[Diagnosis]:
    """Whether the OpenAPI documents can be read, and what is wrong in them; ``loaded`` takes those that can."""
    for name in dict.fromkeys(name for its in settings.services.values() for name in its.contracts):

        def read(name: str = name) -> Text:
            contract = loaded[name] = load(
                settings.contract(name), strict=settings.conformance.strict, readable=settings.readable
            )
            count = len(contract.operations)
            return Text(
                zh=f"{contract.version} 版，{count} 个接口",
                en=f"version {contract.version}, {count} operations",
            )

        what = Text(zh=f"接口规范 {name}", en=f"contract {name}")
        yield attempt(what, read)
        if name in loaded and loaded[name].flaws:
            yield _flaws(what, loaded[name])


def _flaws(what: Text, contract: Contract) -> Diagnosis:
    """Every mistake of a document, and how many operations are not tested for it."""
    flaws, operations = len(contract.flaws), len(contract.flawed)
    lines = Text(
        zh="".join(f"\n  {flaw.words.zh}" for flaw in contract.flaws),
        en="".join(f"\n  {flaw.words.en}" for flaw in contract.flaws),
    )
    return Diagnosis(
        what,
        "warning",
        Text(
            zh="{flaws} 处有误，因此有 {operations} 个接口不测试：{lines}",
            en="{flaws} flaws; {operations} operations are not tested for them:{lines}",
        ).format(flaws=flaws, operations=operations, lines=lines),
        Text(
            zh="请接口规范的提供方修正；自己的规范可设 [conformance] strict = true，有误即停止",
            en="ask who wrote the document; for your own, [conformance] strict = true stops at a flaw",
        ),
    )


def _rules(
    settings: HarnessSettings, contracts: dict[str, Contract], where: Callable[[tuple[str, ...]], str]
) -> str:
    check_rules(settings, contracts, where)
    service_documents.check(settings, contracts, where)
    return str(settings.environment)


def clocks(settings: HarnessSettings) -> Iterator[Diagnosis]:
    """Whether scenarios can set the clocks that they may set. A run can begin without."""
    for name, service in settings.services.items():
        if service.clock:
            what = Text(zh=f"时钟 {name}", en=f"clock {name}")
            reason = clock.unable(service.program)
            if reason is None:
                yield Diagnosis(what, "ok", same(str(clock.library())))
            else:
                yield Diagnosis(what, "warning", reason, None if clock.library() else clock.INSTALL)


def _miniprogram(miniprogram: MiniProgramSettings, title: Text) -> Diagnosis:
    what = Text(zh=f"{title.zh}工程", en=f"{title.en} project")
    if miniprogram.driver == "devtools":
        port = miniprogram.devtools_port
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)):
                todo = Text(
                    zh=f"打开微信开发者工具并开启自动化端口 {port}",
                    en=f"start WeChat DevTools with --auto-port {port}",
                )
                return Diagnosis(what, "problem", same(f"127.0.0.1:{port} ✗"), todo)
        return Diagnosis(what, "ok", same(f"WeChat DevTools, 127.0.0.1:{port}"))

    errors: list[SourceError] = []

    def read() -> Text:
        project = load_project(miniprogram.project)
        errors.extend(project.errors)
        pages = len(project.pages)
        return Text(zh=f"{pages} 个页面", en=f"{pages} pages")

    found = attempt(what, read)
    if not errors:
        return found
    return replace(found, state="warning", seen=joined([found.seen, *map(_source_error, errors)]))


def _source_error(error: SourceError) -> Text:
    return error.message.map(lambda said: f"{error.path}:{error.line}: {said}")


def _services(settings: HarnessSettings) -> Generator[Diagnosis, None, set[str]]:
    """Attached services answer; gives the names of those that did."""
    healthy: set[str] = set()
    for name, service in settings.services.items():
        if service.url is None:
            continue
        what = Text(zh=f"服务 {name}", en=f"service {name}")
        tls = service.tls.context() if service.tls is not None else None
        answer = ask(service.url + service.health, timeout=HEALTH_TIMEOUT, tls=tls)
        if answer.healthy:
            healthy.add(name)
            yield Diagnosis(what, "ok", same(service.url))
        else:
            todo = Text(
                zh="看看服务是否在运行、地址是否正确、这台机器能否访问它",
                en="see that it runs, that the address is right, and that this machine may reach it",
            )
            yield Diagnosis(what, "problem", same(f"{service.url}{service.health}: {answer.seen}"), todo)
    return healthy


def _users(
    settings: HarnessSettings, config: Path, yes_production: str | None, healthy: set[str], *, start: bool
) -> Iterator[Diagnosis]:
    """Every user of the contract tests gets in, the way they get in."""
    run: Run | None = None

    def started(service: str) -> str:
        nonlocal run
        if run is None:
            run = Run.begin(config, profile=settings.profile, yes_production=yes_production)
        return run.url(HARNESS, service)

    try:
        for name, service in settings.services.items():
            base_url = partial(started, name) if service.url is None else partial(str, service.url)
            for user, make in users_of(settings, name, base_url).items():
                pause(interval(settings) if service.url is not None else 0.0)  # no proxy is between
                what = Text(zh=f"用户 {user}（{name}）", en=f"user {user} of {name}")
                if service.all_users[user].login is None:
                    yield attempt(what, partial(_made, make))
                elif service.url is None and not start:
                    yield Diagnosis(what, "warning", Text(zh="未检查", en="not tried"), START)
                elif service.url is None or name in healthy:
                    yield attempt(what, partial(_signed_in, make))
    finally:
        if run is not None:
            run.close()


def _made(make: Callable[[], User]) -> Text:
    user = make()
    if user.hook is not None:
        return Text(zh="签名函数已找到", en="its hook is there")
    return Text(zh="不需要登录", en="needs no log-in")


def _signed_in(make: Callable[[], User]) -> Text:
    token = make().token
    assert token is not None  # it has a log-in
    token()
    return Text(zh="能登录", en="logs in")
