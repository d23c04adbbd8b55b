"""One price crosses four platforms; nothing here but their names says how many there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness import Actor, MiniProgramSession, SystemSession, Text, WebsiteSession, appears, scenario, step


class Someone(Actor[Any]):
    """What everybody can see, wherever they are."""

    def price(self) -> str:
        raise NotImplementedError

    @step(zh="{who} 看到价格 {price}（来自 {source}）", en="{who} sees the price {price} of {source}")
    def sees(self, price: int, source: str) -> None:
        appears(
            self.stage,
            Text(zh="价格", en="the price"),
            entity="price",
            source=source,
            target=self.session.platform,
            read=self.price,
            expected=str(price),
        )


class OnWebsite(Someone):
    """On either website: their pages are alike."""

    session: WebsiteSession

    @step(zh="{who} 打开 {path}", en="{who} opens {path}")
    def opens(self, path: str) -> None:
        self.session.open(path)

    @step(zh="{who} 把价格改为 {price}", en="{who} changes the price to {price}")
    def changes(self, price: int) -> None:
        self.session.fill("new", str(price))
        self.session.tap("save")
        assert self.session.text("said") == "saved"

    def price(self) -> str:
        self.session.reload()
        return self.session.text("price")


class OnMiniProgram(Someone):
    session: MiniProgramSession

    def price(self) -> str:
        self.session.tap("#fetch")
        return self.session.text("#said").removeprefix("200 ").strip()


class InERP(Someone):
    session: SystemSession

    @step(zh="{who} 在 ERP 把价格改为 {price}", en="{who} changes the price in the ERP to {price}")
    def changes(self, price: int) -> None:
        self.session.send("PUT", "/api/price", {"price": price})

    def price(self) -> str:
        return str(self.session.send("GET", "/api/price")["price"])


ROLES: dict[str, type[Someone]] = {
    "website": OnWebsite, "staff": OnWebsite, "miniprogram": OnMiniProgram, "erp": InERP,
}  # fmt: skip


@pytest.fixture
def li(stage: Any, open_end: Callable[..., Any]) -> Callable[[str], Any]:
    """One person, on whichever platform."""
    person = stage.person("li")
    return lambda end: ROLES[end](stage, person, open_end(end, person))


@scenario("E01")
def test_a_price_changed_by_staff(li: Callable[[str], Any]) -> None:
    website, staff, phone, erp = li("website"), li("staff"), li("miniprogram"), li("erp")
    website.opens("/")
    staff.opens("/staff")
    staff.changes(7)
    website.sees(7, "staff")
    phone.sees(7, "staff")
    erp.sees(7, "staff")


@scenario("E02")
def test_a_price_changed_on_the_website_and_in_the_erp(li: Callable[[str], Any]) -> None:
    website, staff, erp = li("website"), li("staff"), li("erp")
    website.opens("/")
    staff.opens("/staff")
    website.changes(8)
    erp.sees(8, "website")
    erp.changes(9)
    website.sees(9, "erp")
    staff.sees(9, "erp")
