"""Fixtures for scenarios; each is a small seam a project may redefine.

``stage`` is the scenario under way, ``open_website`` and ``open_miniprogram`` open a session for a person.
Browsers and Minium are imported by the fixture that needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from harness.core.errors import NotRun
from harness.plugin.state import ENTRY, STAGE, state_of

if TYPE_CHECKING:
    from harness.core.actors import Person
    from harness.linkage.stage import Stage
    from harness.platforms.miniprogram import MiniProgramDriver, MiniProgramSession
    from harness.platforms.website import WebsiteBrowser, WebsiteSession
    from harness.runs.run import Run


@pytest.fixture(scope="session")
def harness_run(pytestconfig: pytest.Config) -> Run:
    """The run this pytest process takes part in; its system is started by whoever first needs it."""
    return state_of(pytestconfig).run


@pytest.fixture(scope="session")
def website_browser(harness_run: Run) -> Iterator[WebsiteBrowser]:
    """One Chromium for all website sessions of this process."""
    from harness.platforms.website import WebsiteBrowser
    from harness.runs.edge_discovery import BROWSER

    settings, _ = harness_run.settings.ends
    browser = WebsiteBrowser(settings, harness_run.url(BROWSER, settings.service))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def miniprogram_driver(harness_run: Run) -> Iterator[MiniProgramDriver]:
    """The simulator (or DevTools) for all mini-program sessions of this process."""
    from harness.platforms.miniprogram import MiniProgramDriver
    from harness.runs.edge_discovery import PHONE

    settings = harness_run.settings.miniprogram
    if settings is None:
        raise pytest.UsageError(f"{harness_run.config}: a mini-program needs the table [miniprogram]")
    driver = MiniProgramDriver(
        settings,
        hosts={host: harness_run.url(PHONE, service) for host, service in settings.hosts.items()},
        wechat=harness_run.url(PHONE, settings.wechat) if settings.wechat else None,
        folder=harness_run.folder,
    )
    driver.prepare()
    yield driver
    driver.close()


@pytest.fixture
def stage(request: pytest.FixtureRequest, harness_run: Run) -> Iterator[Stage]:
    """The scenario under way. Only tests that carry ``@scenario`` have one."""
    from harness.linkage.entities import choose, load
    from harness.linkage.outboxes import Outboxes
    from harness.linkage.stage import RunContext, Stage
    from harness.plugin.allure_results import StageResults
    from harness.plugin.verdicts import reproduce
    from harness.runs.edge_discovery import HARNESS

    entry = request.node.stash.get(ENTRY, None)
    if entry is None:
        raise pytest.UsageError(f"{request.node.nodeid}: a test with a stage carries @scenario('<id>')")
    if harness_run.settings.environment == "production":
        pytest.skip(
            "environment = 'production': scenarios act as people do, and production is only read from"
        )
    website, miniprogram = harness_run.settings.ends
    if entry.needs:
        from harness.platforms.capabilities import require

        try:
            require(miniprogram.driver, *entry.needs)
        except NotRun as reason:
            pytest.skip(str(reason))
    harness_run.system()
    harness_run.check()
    context = RunContext(
        log=harness_run.log,
        folder=harness_run.folder,
        language=harness_run.language,
        seed=harness_run.seed,
        check_system=harness_run.check,
        services={"website": website.service, "miniprogram": miniprogram.service or ""},
        listener=StageResults(),
    )
    stage = Stage(context, request.node.nodeid, entry, reproduce(request.node, harness_run.seed))
    stage.variant = harness_run.planted
    if harness_run.settings.linkage_map.is_file():
        stage.entities = load(harness_run.settings.linkage_map)
    for entity in entry.entities:
        choose(stage.entities, entity)  # the catalogue and the linkage map name the same things
    stage.credentials = {"one_time_code": harness_run.settings.people.one_time_code or ""}
    outboxes = {
        name: harness_run.url(HARNESS, name) + service.drain
        for name, service in harness_run.settings.services.items()
        if service.drain and service.platform
    }
    stage.outboxes = Outboxes(outboxes)
    request.node.stash[STAGE] = stage
    stage.open()
    yield stage
    stage.close()


@pytest.fixture
def open_website(website_browser: WebsiteBrowser) -> Callable[[], WebsiteSession]:
    """Open the website in a browser window of its own."""
    return website_browser.session


@pytest.fixture
def open_miniprogram(miniprogram_driver: MiniProgramDriver) -> Callable[[Person], MiniProgramSession]:
    """Open the mini-program as a person, on a phone of their own."""
    return miniprogram_driver.session
