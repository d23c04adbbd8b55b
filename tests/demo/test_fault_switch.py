"""The demo's fault switches: they listen only where asked to, plant and take away, and put the data back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from demo.miniprogram_backend.app import create_app as miniprogram
from demo.miniprogram_backend.config import Config
from demo.website.app import create_app as website
from demo.website.settings import Settings

CATALOGUE = Path(__file__).resolve().parents[2] / "demo" / "faults" / "catalogue.yaml"
FAULTS = [entry for entry in yaml.safe_load(CATALOGUE.read_text(encoding="utf-8")) if "environment" in entry]
CODE = "246810"
VISIBLE = {"website": "contract-description-null", "miniprogram": "contract-short-page"}  # in listProducts
INVISIBLE = {"website": "sync-member-lost", "miniprogram": "contract-empty-answer"}

Ask = Callable[..., tuple[int, Any]]


@dataclass
class Shop:
    """One backend in this process."""

    name: str
    data: Path
    ask: Ask

    def switch(self, body: Any) -> int:
        return self.ask("PUT", "/__faults", json=body)[0]

    def products(self) -> Any:
        return self.ask("GET", "/api/products")[1]

    def write(self, statement: str) -> None:
        with closing(sqlite3.connect(self.data)) as connection, connection:
            connection.execute(statement)


def _shop(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, switch: str) -> Iterator[Shop]:
    environment = {"DATA_DIR": str(folder), "ONE_TIME_CODE": CODE, "FAULT_SWITCH": switch, "FAULTS": ""}
    if name == "website":
        served = website(Settings.from_environment(environment))

        async def answer(method: str, path: str, **given: Any) -> tuple[int, Any]:
            transport = httpx.ASGITransport(served)
            async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
                response = await client.request(method, path, **given)
                return response.status_code, response.json()

        yield Shop(
            name, folder / "website.sqlite3", lambda *args, **given: asyncio.run(answer(*args, **given))
        )
        served.state.shop.database.close()
        return
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    app = miniprogram(Config.load())

    def ask_flask(method: str, path: str, **given: Any) -> tuple[int, Any]:
        answer = app.test_client().open(path, method=method, **given)
        return answer.status_code, answer.get_json()

    yield Shop(name, folder / "miniprogram.sqlite3", ask_flask)
    app.extensions["shop"].storage.close()


@pytest.fixture(params=["website", "miniprogram"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    yield from _shop(request.param, tmp_path, monkeypatch, "1")


@pytest.mark.parametrize("name", ["website", "miniprogram"])
def test_without_being_asked_to_there_is_no_switch(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for shop in _shop(name, tmp_path, monkeypatch, ""):
        assert shop.switch({}) == 404


def test_a_fault_is_planted_and_taken_away(shop: Shop) -> None:
    right = shop.products()
    assert shop.switch({"FAULTS": VISIBLE[shop.name]}) == 200
    assert shop.products() != right
    assert shop.switch({}) == 200
    assert shop.products() == right


def test_it_plants_what_it_is_told_and_nothing_else(shop: Shop) -> None:
    right = shop.products()
    shop.switch({"FAULTS": VISIBLE[shop.name]})
    assert shop.switch({"FAULTS": INVISIBLE[shop.name]}) == 200
    assert shop.products() == right


def test_it_puts_the_data_back(shop: Shop) -> None:
    right = shop.products()
    shop.write("UPDATE products SET price = 1" if shop.name == "website" else "UPDATE product SET price = 1")
    assert shop.products() != right
    assert shop.switch({}) == 200
    assert shop.products() == right


@pytest.mark.parametrize("body", [{"FAULTS": "no-such-fault"}, {"FAULT": "sync-member-lost"}, [], "x"])
def test_what_it_does_not_know_is_refused_and_changes_nothing(shop: Shop, body: Any) -> None:
    shop.switch({"FAULTS": VISIBLE[shop.name]})
    wrong = shop.products()
    assert shop.switch(body) == 400
    assert shop.products() == wrong


@pytest.mark.parametrize("name", ["website", "miniprogram"])
def test_it_knows_every_fault_of_the_catalogue(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = [entry for entry in FAULTS if entry["service"] == name]
    assert mine
    for shop in _shop(name, tmp_path, monkeypatch, "1"):
        assert {entry["id"]: shop.switch(entry["environment"]) for entry in mine} == {
            entry["id"]: 200 for entry in mine
        }


def test_data_is_put_back_as_it_was_before_the_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in = {"phone": "13900000001", "code": CODE}
    for shop in _shop("website", tmp_path, monkeypatch, "1"):
        right = shop.ask("POST", "/api/session", json=log_in)[1]["member"]["points"]
        # It books points for orders that were not paid; two of this member are there from the beginning.
        shop.switch({"FAULTS": "linkage-points-before-payment"})
        shop.switch({})
        assert shop.ask("POST", "/api/session", json=log_in)[1]["member"]["points"] == right
