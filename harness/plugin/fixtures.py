"""Fixtures for scenarios; each is a small seam a project may redefine.

``stage`` is the scenario under way, ``open_website`` and ``open_miniprogram`` open a session for a person, and
``open_end`` one on any platform that harness.toml declares. ``world`` makes things go wrong between the services.
Browsers and Minium are imported by the fixture that needs them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from harness.checks.skipping import skip
from harness.core.errors import NotRun, UsageError
from harness.core.platforms import API, MINIPROGRAM, WEBSITE
from harness.core.text import Text
from harness.plugin.browser_options import watching
from harness.plugin.state import ENTRY, STAGE, state_of

if TYPE_CHECKING:
    from harness.config.settings import HarnessSettings
    from harness.core.actors import Person
    from harness.linkage.actor import Actor
    from harness.linkage.catalogue import Entry
    from harness.linkage.stage import Stage
    from harness.linkage.world import World
    from harness.platforms.drivers import Drivers
    from harness.platforms.miniprogram import MiniProgramSession
    from harness.platforms.session import Session
    from harness.platforms.website_session import WebsiteSession
    from harness.runs.run import Run

PRODUCTION = Text(
    zh="environment = 'production'：场景像用户一样操作，而生产环境只读",
    en="environment = 'production': scenarios act as people do, and production is only read from",
)
ONLY_DISPOSABLE = Text(
    zh="environment = {environment!r}：只有一次性的系统才能让数据丢失、重复或延迟",
    en="environment = {environment!r}: only on a disposable system is data lost, doubled or delayed",
)


@pytest.fixture(scope="session")
def harness_run(pytestconfig: pytest.Config) -> Run:
    """The run this pytest process takes part in; its system is started by whoever first needs it."""
    return state_of(pytestconfig).run


@pytest.fixture(scope="session")
def platform_drivers(pytestconfig: pytest.Config, harness_run: Run) -> Iterator[Drivers]:
    """What opens the platforms for all scenarios of this process: browsers, simulators, DevTools."""
    from harness.platforms.drivers import Drivers
    from harness.platforms.resident import Residents

    settings = harness_run.settings
    drivers = Drivers(
        settings.known_platforms,
        settings.ends,
        service_of=settings.service_of,
        url=harness_run.url,
        folder=harness_run.folder,
        residents=lambda: shared.residents if (shared := harness_run.shared) is not None else Residents(),
        watching=watching(pytestconfig),
    )
    yield drivers
    drivers.close()


@pytest.fixture
def stage(request: pytest.FixtureRequest, harness_run: Run) -> Iterator[Stage]:
    """The scenario under way. Only tests that carry ``@scenario`` have one."""
    from harness.core.masking import declare_credentials
    from harness.linkage.entities import choose, load
    from harness.linkage.outboxes import Outboxes
    from harness.linkage.stage import RunContext, Stage
    from harness.platforms import pages
    from harness.plugin.allure_results import StageResults
    from harness.plugin.verdicts import reproduce
    from harness.runs.data import prepare
    from harness.runs.outboxes import databases_of_run, drains_of
    from harness.runs.parts import require_parts

    entry = request.node.stash.get(ENTRY, None)
    if entry is None:
        raise pytest.UsageError(f"{request.node.nodeid}: a test with a stage carries @scenario('<id>')")
    if harness_run.settings.environment == "production":
        skip(PRODUCTION, harness_run.language)
    settings = harness_run.settings
    services = _services(settings, entry)
    if entry.needs:
        from harness.platforms.capabilities import require

        try:
            for name in entry.platforms:
                if (platform := settings.known_platforms.find(name)) is not None:
                    require(platform.driver, *entry.needs)
        except NotRun as reason:
            skip(reason.text, harness_run.language)
    harness_run.system()
    require_parts(harness_run)
    prepare(settings, harness_run.folder, "scenario")
    context = RunContext(
        log=harness_run.log,
        folder=harness_run.folder,
        language=harness_run.language,
        seed=harness_run.seed,
        check_system=harness_run.check,
        services=services,
        listener=StageResults(),
        platforms=settings.known_platforms,
        watching=watching(request.config),
    )
    stage = Stage(context, request.node.nodeid, entry, reproduce(request.node, harness_run.seed))
    stage.variant = harness_run.planted
    stage.pages = pages.load(settings.paths.scenarios / pages.FOLDER, settings.known_platforms)
    if settings.linkage_map.is_file():
        stage.entities = load(settings.linkage_map, settings.known_platforms)
    for entity in entry.entities:
        choose(stage.entities, entity)  # the catalogue and the linkage contract name the same things
    stage.credentials = {"one_time_code": settings.people.one_time_code or ""}
    declare_credentials(stage.credentials)
    stage.outboxes = Outboxes(drains_of(harness_run, databases_of_run(harness_run)))
    if settings.people.fixed is not None:
        stage.fixed = settings.people.fixed.person("")
    if settings.people.phones:
        from harness.linkage.phone_pool import PhonePool

        stage.phones = PhonePool(settings.people.phones, settings.root, settings.people.phone_within)
    request.node.stash[STAGE] = stage
    stage.open()
    yield stage
    del request.node.stash[
        STAGE
    ]  # pytest keeps its items to the end, and with it everything this scenario saw
    stage.close()


@pytest.fixture
def world(stage: Stage, harness_run: Run) -> World:
    """What goes wrong between the services in this scenario: ``world.lose("website", "miniprogram")``."""
    from harness.linkage.world import World
    from harness.processes.settings import EnvironmentClass
    from harness.runs.world import world_control

    if harness_run.settings.environment != EnvironmentClass.DISPOSABLE:
        skip(ONLY_DISPOSABLE.format(environment=str(harness_run.settings.environment)), harness_run.language)
    made = World(stage.trace_id, stage.run.services, stage.entry.alone, world_control(harness_run))
    stage.world = made
    return made


def _services(settings: HarnessSettings, entry: Entry) -> dict[str, str]:
    """Who answers each platform. Errors: UsageError where that is not known of one the scenario is about."""
    services = {name: settings.service_of(name) for name in entry.platforms if name != API}
    for name in settings.used_platforms.names:
        with contextlib.suppress(UsageError):
            services.setdefault(name, settings.service_of(name))
    return services


@pytest.fixture
def open_website(platform_drivers: Drivers) -> Callable[[], WebsiteSession]:
    """Open the website in a browser window of its own."""
    return platform_drivers.website(WEBSITE.name).open


@pytest.fixture
def open_miniprogram(platform_drivers: Drivers) -> Callable[[Person], MiniProgramSession]:
    """Open the mini-program as a person, on a phone of their own."""
    driver = platform_drivers.miniprogram(MINIPROGRAM.name)
    driver.prepare()
    return driver.open


@pytest.fixture
def open_end(request: pytest.FixtureRequest, platform_drivers: Drivers) -> Callable[[str, Person], Session]:
    """Open any platform of harness.toml for a person: ``open_end("staff", person)``.

    What a scenario's platforms need is started before its first step.
    """
    entry = request.node.stash.get(ENTRY, None)
    if entry is not None:
        platform_drivers.prepare(name for name in entry.platforms if name != API)
    return lambda name, person: platform_drivers.choose(name).open(person)


@pytest.fixture
def actor(stage: Stage, open_end: Callable[[str, Person], Session]) -> Callable[[str, str], Actor[Any]]:
    """Somebody on a platform: ``actor("王芳", "website")``. The same name is the same person on all of them."""
    from harness.linkage.actor import Actor

    def enter(alias: str, platform: str) -> Actor[Any]:
        person = stage.person(alias)
        return Actor(stage, person, open_end(platform, person))

    return enter
