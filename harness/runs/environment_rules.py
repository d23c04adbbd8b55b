"""What may be done to the environment of a run: the rules of each edge, and whether it may be run on at all.

Owns the meaning of ``environment`` for a whole run; what one request may do is :mod:`harness.traffic.guard`'s.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from harness.api.settings import LoginSettings
from harness.config.layers import PRODUCTION
from harness.config.settings import HarnessSettings, ProjectService
from harness.config.toml_lines import Keys
from harness.contracts import Contract, Index
from harness.core.errors import UsageError
from harness.core.exchange import SAFE_METHODS
from harness.core.nearest import nearest
from harness.core.platforms import HARNESS
from harness.core.text import Text
from harness.processes.settings import EnvironmentClass
from harness.runs.edge_discovery import EdgeName
from harness.traffic.guard import Guard, Rules

OTHER_NAME = Text(
    zh="{option} {said!r} 不是这个系统的名称", en="{option} {said!r} is not the name of this system"
)
REAL_PEOPLE = Text(zh="有真实用户在使用", en="real people use it")
REFUSED = Text(
    zh="environment = 'production'：{why}；没有发送任何请求。仍要读取的话，请写 {option} '{name}'"
    "（或 {variable}='{name}'）",
    en="environment = 'production': {why}; nothing was sent. To have it read from all the same, say {option} '{name}' "
    "(or {variable}='{name}')",
)
UNKNOWN = Text(
    zh="environment_rules.{key}：没有接口规范写明接口 {entry!r}",
    en="environment_rules.{key}: no contract has an operation {entry!r}",
)
ONLY_READS = Text(
    zh="environment_rules.allow：{entry!r}：读取本来就允许",
    en="environment_rules.allow: {entry!r}: reads are allowed anyway",
)
READY = Text(
    zh="请给这个用户现成的 bearer、cookie 或 header",
    en="give the user a bearer, cookie or header that is there already",
)
OR_ALLOW = Text(
    zh='请把 "POST {path}" 加入 [environment_rules] 的 allow，或者{ready}',
    en='add "POST {path}" to [environment_rules] allow, or {ready}',
)
LOG_IN_REFUSED = Text(
    zh="{key}：登录被拒绝：{reason}；{advice}", en="{key}: logging in is refused: {reason}; {advice}"
)
OPTION = "--yes-production"


def require_permission(
    settings: HarnessSettings, yes_production: str | None, environ: Mapping[str, str] = os.environ
) -> None:
    """UsageError where production is meant, but not said a second time by the system's name."""
    if settings.environment != EnvironmentClass.PRODUCTION:
        return
    said = yes_production or environ.get(PRODUCTION)
    if said == settings.name:
        return
    why = OTHER_NAME.format(option=OPTION, said=said) if said else REAL_PEOPLE
    raise UsageError(REFUSED.format(why=why, option=OPTION, name=settings.name, variable=PRODUCTION))


def rules_of(settings: HarnessSettings, edge: EdgeName) -> Rules | None:
    """The rules of an edge; None where anything may be sent.

    What services say to each other is theirs. On a shared environment people (browser, phone) may do what
    people do; on production nobody but reads.
    """
    if settings.environment == EnvironmentClass.DISPOSABLE or edge.source in settings.services:
        return None
    given = settings.environment_rules
    people = settings.environment == EnvironmentClass.SHARED and edge.source != HARNESS
    return Rules(
        environment=settings.environment,
        allow=given.allow,
        exclude=given.exclude,
        requests_per_second=given.requests_per_second,
        people=people,
    )


def interval(settings: HarnessSettings) -> float:
    """Seconds between two requests that no proxy sees; 0 where they may come as fast as they can."""
    pace = settings.environment_rules.requests_per_second
    return 0.0 if settings.environment == EnvironmentClass.DISPOSABLE or pace is None else 1 / pace


def refusal_of_read(settings: HarnessSettings, service: str, path: str) -> Text | None:
    """Why the harness may not GET a path of a service where no proxy decides; None where it may."""
    rules = rules_of(settings, EdgeName(HARNESS, service))
    return None if rules is None else Guard(rules, None).refusal("GET", path, (), body=False)


def check(settings: HarnessSettings, contracts: Mapping[str, Contract], where: Callable[[Keys], str]) -> None:
    """Every rule names something there is, and every user of the contract tests may log in.

    ``contracts`` by file name. UsageError with the place of the entry that is wrong.
    """
    if settings.environment == EnvironmentClass.DISPOSABLE:
        return
    operations = [operation for contract in contracts.values() for operation in contract.operations]
    known = {operation.id for operation in operations}
    for key, entries in (
        ("allow", settings.environment_rules.allow),
        ("exclude", settings.environment_rules.exclude),
    ):
        for number, entry in enumerate(entries):
            if "/" not in entry and entry not in known:
                raise UsageError(
                    UNKNOWN.format(key=key, entry=entry),
                    where=where(("environment_rules", key, str(number))),
                    nearest=nearest(entry, known),
                )
            method = entry.partition(" ")[0]
            if key == "allow" and (method in SAFE_METHODS):
                raise UsageError(
                    ONLY_READS.format(entry=entry),
                    where=where(("environment_rules", key, str(number))),
                )
    for name, service in settings.services.items():
        _check_log_ins(settings, name, service, contracts, where)


def _check_log_ins(
    settings: HarnessSettings,
    name: str,
    service: ProjectService,
    contracts: Mapping[str, Contract],
    where: Callable[[Keys], str],
) -> None:
    rules = rules_of(settings, EdgeName(HARNESS, name))
    if rules is None or not service.platform:
        return
    guard = Guard(rules, Index([contracts[file] for file in service.contracts], service=name))
    for keys, path in log_ins(name, service):
        reason = guard.refusal("POST", path, (), body=True)
        if reason is not None:
            advice = READY
            if settings.environment == EnvironmentClass.SHARED:
                advice = OR_ALLOW.format(path=path, ready=READY)
            said = LOG_IN_REFUSED.format(key=".".join(keys), reason=reason, advice=advice)
            raise UsageError(said, where=where(keys))


def log_ins(name: str, service: ProjectService) -> Iterable[tuple[Keys, str]]:
    """The paths posted to by the log-ins of a service, each with the key that says so."""
    logins: list[tuple[Keys, LoginSettings | None]] = [(("services", name, "login"), service.login)]
    logins += [(("services", name, "users", user, "login"), its.login) for user, its in service.users.items()]
    for keys, login in logins:
        if login is not None:
            for before in login.before:
                if before.path is not None and before.method == "POST":
                    yield (*keys, "before"), before.path
            yield (*keys, "path"), login.path
