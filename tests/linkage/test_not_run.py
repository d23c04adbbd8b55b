"""What ``explain`` says of each check is what a run comes to: nothing is started, and nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.api.client import Client
from harness.checks.item import CheckContext
from harness.checks.waivers import Waivers
from harness.config.settings import HarnessSettings, load
from harness.core.errors import BrokenError, NotRun
from harness.core.records import compose
from harness.core.yaml_core import construct
from harness.linkage.checks.collector import PROMISES, EntityNode, LinkageFile, LinkageSources
from harness.linkage.contract.plan import NOBODY_WRITES, NOTHING_TO_SHOW, Cell, moved_by
from harness.linkage.contract.reading import Document, read
from harness.linkage.contract.ways import Ways
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import words
from harness.linkage.promises.hops import Hops
from harness.linkage.promises.linkage_run import LinkageRun
from harness.linkage.promises.not_run import planned
from harness.linkage.promises.promise_check import PromiseCheck
from harness.runs.backends import backends_of
from harness.runs.databases import databases_of
from harness.runs.linkage import explain, participants_of, ways_of
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors

ROOT = Path(__file__).parents[2]
PROJECTS = [
    pytest.param(ROOT, id="shop", marks=pytest.mark.full),
    *(ROOT / "tests" / f"fixture_{name}" for name in ("gateway", "brands", "erp")),
]
_name = attrgetter("name")
SENT = "nothing is sent here"


def _nowhere(*services: str) -> str:
    return ""


def _refuse(*_: Any, **__: Any) -> Any:
    raise BrokenError(SENT)


@pytest.fixture
def nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even made, which takes long."""
    monkeypatch.setattr(Client, "send", _refuse)
    for name in ("attempt", "exchange", "filled", "list_as", "listed", "prepare", "read"):
        monkeypatch.setattr(ParticipantSession, name, _refuse)


@cache
def _settings(project: Path) -> HarnessSettings:
    return load(project / "harness.toml")


def _participants(document: Document, settings: HarnessSettings) -> dict[str, Participant]:
    databases = databases_of(settings, lambda: settings.root)
    return participants_of(document, settings, backends_of(settings, _nowhere), _nowhere, databases)


def _played(
    document: Document, settings: HarnessSettings, participants: Mapping[str, Participant], cell: Cell
) -> str | None:
    """Why a check says that it is not run, before it sends anything; None where it goes on."""
    ways = ways_of(settings)

    def quiet(within: float) -> None:
        if not ways.drains:
            raise NotRun(words.NO_DRAIN)

    run = LinkageRun(
        contract=document.contract,
        participants=participants,
        seed=1,
        timeout=1.0,
        hops=lambda trace: Hops(list, ways.edges, ways.relays),
        quiet=quiet,
        record_lag=_refuse,
        obstruct=lambda service, on: None,
        inject=lambda source, target, fault: None,
        happened=lambda source, target, trace_id: 0,
        one_time_code="1",
        drains=ways.drains,
    )
    outcome = PromiseCheck(run, cell).outcome(PROMISES[cell.promise])
    assert [text.en for text in outcome.broken] in ([], [SENT])
    return outcome.not_run[0].en if outcome.not_run else None


def _changed(path: Path, folder: Path, project: Path) -> Path:
    """The contract with every promise for every entity, and without what some of them need."""
    data = construct(compose(path))
    promises = [name for name in PROMISES if name != "one-account"]
    for number, entity in enumerate(data["entities"].values()):
        entity["promises"] = promises
        if number % 2:
            entity.pop("effects", None)
            entity.pop("always", None)
    file = folder / f"{project.name}.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


@pytest.mark.parametrize("whole", [False, True], ids=["as it is", "with every promise"])
@pytest.mark.parametrize("project", PROJECTS, ids=_name)
@pytest.mark.usefixtures("nothing_is_sent")
def test_what_explain_says_is_what_a_check_does(project: Path, whole: bool, tmp_path: Path) -> None:
    settings = _settings(project)
    path = _changed(settings.linkage_map, tmp_path, project) if whole else settings.linkage_map
    document = read(path, settings.known_platforms)
    participants = _participants(document, settings)
    cells = list(planned(document.contract, participants, ways_of(settings)))
    if not whole:
        said = {
            one.id: one.not_run
            for one in explain(settings)
            if not one.promise.startswith("parity ") and not one.elsewhere
        }
        assert said == {f"{cell.entity}::{cell.name}": cell.not_run for cell in cells}
    for cell in cells:
        if cell.not_run in (NOBODY_WRITES, *NOTHING_TO_SHOW.values()):
            continue  # it stands for a promise that no pair of participants can show
        reason = _played(document, settings, participants, cell)
        wanted = None if cell.not_run is None else cell.not_run.en
        # What a check would find out later only is not known to one that sends nothing.
        assert reason in (None, wanted), f"{cell.entity} {cell.name}"
    for id, entity in document.contract.entities.items():
        unseen = set(entity.promises) - {cell.promise for cell in cells if cell.entity == id}
        assert unseen <= ({"appears"} if moved_by(document.contract, id) else set())


@pytest.mark.parametrize("project", PROJECTS, ids=_name)
def test_what_explain_says_is_what_a_run_collects(project: Path, request: pytest.FixtureRequest) -> None:
    settings = _settings(project)
    document = read(settings.linkage_map, settings.known_platforms)
    file = LinkageFile.from_parent(request.session, path=settings.linkage_map)
    file.context = CheckContext(record=_refuse, waivers=Waivers(()), seed=1, seconds=1)
    file.sources = LinkageSources(
        read=lambda: (document, _participants(document, settings)),
        hops=_refuse,
        quiet=_refuse,
        record_lag=_refuse,
        obstruct=_refuse,
        inject=_refuse,
        happened=_refuse,
        refusal=lambda: None,
        ways=ways_of(settings),
    )
    collected = {
        f"{node.name}::{item.name}": item.test.refusal() if isinstance(node, EntityNode) else None
        for node in file.collect()
        for item in node.collect()
    }
    assert collected == {one.id: one.not_run for one in explain(settings) if not one.elsewhere}
    ids = {item.id for node in file.collect() for item in node.collect()}
    assert ids == {f"{settings.linkage_map.name}::{id}" for id in collected}


def test_reasons_are_told_before_anything_is_sent(tmp_path: Path) -> None:
    """Each of these was ticked, or left out without a word."""
    project = ROOT / "tests" / "fixture_gateway"
    settings = _settings(project)
    document = read(_changed(settings.linkage_map, tmp_path, project), settings.known_platforms)
    cells = planned(document.contract, _participants(document, settings), ways_of(settings))
    said = {f"{cell.entity} {cell.name}": cell.not_run.en for cell in cells if cell.not_run}
    assert "doctor miniprogram[conserved]" not in said  # which the website makes
    assert "neither 'always' nor 'effects'" in said["booking website[conserved]"]
    assert "no effect of 'make'" in said["booking website→miniprogram[never-below]"]


def test_explain_names_the_acts_of_participants() -> None:
    settings = load(ROOT / "tests" / "fixture_gateway" / "harness.toml")
    calls = {one.id: one.calls for one in explain(settings)}
    appears = calls["booking::miniprogram→website[appears]"]
    assert "miniprogram.revokeBooking (cancel)" in appears
    assert "website.appointmentInfo" in appears


def test_what_only_effects_move_appears_by_them() -> None:
    """No check of its own is left to miss: each effect is given the time of the promise."""
    settings = load(ROOT / "harness.toml")
    document = read(settings.linkage_map, settings.known_platforms)
    assert "appears" in document.contract.entities["points"].promises
    cells = planned(document.contract, _participants(document, settings), ways_of(settings))
    assert not [cell.name for cell in cells if (cell.entity, cell.promise) == ("points", "appears")]


def test_what_is_nobodys_is_private_to_nobody(tmp_path: Path) -> None:
    """A catalogue that everybody reads was said to be shown to others: a fault of the product."""
    project = ROOT / "tests" / "fixture_gateway"
    settings = _settings(project)
    document = read(_changed(settings.linkage_map, tmp_path, project), settings.known_platforms)
    cells = planned(document.contract, _participants(document, settings), ways_of(settings))
    said = {f"{cell.entity} {cell.name}": cell.not_run for cell in cells}
    assert "'of'" in str(said["doctor website[private]"])
    assert said["booking website[private]"] is None


def test_what_takes_the_place_of_a_change_is_said(tmp_path: Path) -> None:
    project = ROOT / "tests" / "fixture_gateway"
    settings = _settings(project)
    document = read(_changed(settings.linkage_map, tmp_path, project), settings.known_platforms)
    cells = planned(document.contract, _participants(document, settings), ways_of(settings))
    said = {f"{cell.entity} {cell.name}": str(cell.not_run) for cell in cells}
    assert "'times: 2'" in said["booking website→miniprogram[last-write-wins]"]


VENDORS = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
WAYS = Ways(frozenset({("website", "mall"), ("mall", "website")}))


def _reason(tmp_path: Path, cell: str, changes: dict[str, str]) -> str:
    """Why a check of the vendors' contract with changes is not run."""
    text = VENDORS
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    document = read(file)
    cells = planned(document.contract, System(Vendors(), ("", ""), document).participants, WAYS)
    return str({f"{one.entity} {one.name}": one.not_run for one in cells}[cell])


def test_a_change_that_does_not_say_how_much_there_is_sets_no_stock(tmp_path: Path) -> None:
    """It was sent all the same, and the product was said to have taken it and not to show it."""
    cell, takes = "order website→miniprogram[never-below]", "        takes: {points.balance: /points}\n"
    change = ("{call: setStock, as: staff,", "{call: updateProduct, as: staff,")
    assert _reason(tmp_path, cell, dict([change])) == "None"
    assert "no 'change' says how much there is" in _reason(tmp_path, cell, {**dict([change]), takes: ""})


def test_a_promise_may_be_of_one_participants_writes(tmp_path: Path) -> None:
    promise = {
        "nothing-lost, exactly-once, conserved,": "{nothing-lost: {from: website}}, exactly-once, conserved,"
    }
    assert _reason(tmp_path, "order website→miniprogram[nothing-lost]", promise) == "None"
    assert "'from' names others" in _reason(tmp_path, "order miniprogram→website[nothing-lost]", promise)


def test_who_does_not_learn_an_id_does_not_act_on_what_others_made(tmp_path: Path) -> None:
    find = "      find: {call: goodsList, query: {outerId: $same}}\n"
    hide = "      acts: {hide: {call: cancelBill, query: {no: $id}, sets: {on_sale: false}}}\n"
    cell = "product miniprogram→website[appears]"
    assert _reason(tmp_path, cell, {find: find + hide}) == "None"
    assert "no 'make' of miniprogram" in _reason(tmp_path, cell, {find: hide})


@pytest.mark.parametrize(("after", "said"), [("", "None"), ("after: look, ", "no 'change' of website")])
def test_an_act_that_another_must_precede_is_no_write_while_cut_off(
    tmp_path: Path, after: str, said: str
) -> None:
    earn = f"{{call: payOrder, {after}path: {{order_no: $order.id}}, sets: {{balance: 1}}}}"
    changes = {
        "    website: {read: getPoints}\n": "    needs: {order: {}}\n"
        f"    website: {{read: getPoints, acts: {{earn: {earn}}}}}\n",
        "promises: {conserved: ,": "promises: {converges: , conserved: ,",
    }
    assert said in _reason(tmp_path, "points website→miniprogram[converges]", changes)
