"""Page objects: what is wrong with their files, and what people do by the names of parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.core.errors import PageFault, UsageError
from harness.core.platforms import USUAL, WEBSITE, Platform
from harness.core.text import Text
from harness.platforms.locators import Element, Locator
from harness.platforms.pages import Pages, load

GOOD = """\
login:
  address: /log-in
  ready: account
  parts:
    account: {label: 账号}
    submit: {role: button, name: 登录}
orders:
  address: /orders?of={person}
  parts:
    orders:
      css: tbody tr
      cells:
        number: {css: 'td:nth-child(1)'}
        status: {css: .status}
"""


@dataclass
class Session:
    """A person who notes what they did; ``shown`` are the texts of elements by their locator's words."""

    platform: str = "website"
    about: Platform = WEBSITE
    settings: Any = field(default_factory=lambda: SimpleNamespace(patience=0.1))
    done: list[tuple[str, str]] = field(default_factory=list)
    shown: dict[str, list[str]] = field(default_factory=dict)

    def open(self, path: str) -> None:
        self.done.append(("open", path))

    def arrive(self, path: str, *, after: Text) -> None:
        self.done.append(("arrive", path))

    def where(self) -> str:
        return "/orders"

    def settle(self) -> None:
        pass

    def wait_until(self, condition: Any) -> bool:
        return any(condition() for _ in range(3))

    def texts_of(self, element: Element) -> list[str]:
        return self.shown.get(str(element), [])

    def __getattr__(self, verb: str) -> Any:
        return lambda element, *more: self.done.append((verb, " ".join(map(str, (element, *more)))))


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return written(tmp_path, GOOD)


def written(folder: Path, text: str, name: str = "website.yaml") -> Pages:
    (folder / name).write_text(text, encoding="utf-8")
    return load(folder, USUAL)


def test_parts_are_used_by_name(pages: Pages) -> None:
    session: Any = Session()
    page = pages.page("login", session)
    page.open()
    page.fill("account", "wang")
    page.tap("submit")
    pages.page("orders", session).open(person="wang")
    pages.page("orders", session).arrive(after=Text(zh="登录", en="logging in"))
    assert session.done == [
        ("open", "/log-in"),
        ("see", "label=账号"),
        ("fill", "label=账号 wang"),
        ("tap", "role=button name='登录'"),
        ("open", "/orders?of=wang"),
        ("arrive", "/orders?of={person}"),
    ]


def table(session: Any) -> None:
    session.shown["css=tbody tr"] = ["one", "other"]
    for at, (number, status) in enumerate((("A1", "open"), ("A2", "paid"))):
        session.shown[f"css=td:nth-child(1) within css=tbody tr nth={at}"] = [number]
        session.shown[f"css=.status within css=tbody tr nth={at}"] = [status]


def test_rows_are_read_and_one_is_chosen_by_its_cells(pages: Pages) -> None:
    session: Any = Session()
    table(session)
    page = pages.page("orders", session)
    assert page.rows("orders") == [{"number": "A1", "status": "open"}, {"number": "A2", "status": "paid"}]
    page.row("orders", number="A2").tap("status")
    assert session.done == [("tap", "css=.status within css=tbody tr nth=1")]


def test_a_row_that_is_not_there_is_the_pages_fault_with_those_that_are(pages: Pages) -> None:
    session: Any = Session()
    table(session)
    with pytest.raises(PageFault) as caught:
        pages.page("orders", session).row("orders", number="A3", status="paid")
    assert "No row of 'orders' on /orders has number = A3, status = paid" in str(caught.value)
    assert "2 rows: A1 | open; A2 | paid" in str(caught.value)


def test_a_part_is_waited_for_until_it_has_its_text(pages: Pages) -> None:
    texts = iter([None, "saving", "saved"])
    session: Any = Session()
    session.text_now = lambda element: next(texts)
    pages.page("login", session).see("submit", "saved")
    session.text_now = lambda element: "refused"
    with pytest.raises(PageFault, match="'submit' on /orders has another text") as caught:
        pages.page("login", session).see("submit", "saved")
    assert "refused" in str(caught.value)


@pytest.mark.parametrize(
    ("use", "told"),
    [
        (lambda pages, of: pages.page("logn", of), "has no page 'logn'; did you mean 'login'?"),
        (
            lambda pages, of: pages.page("login", of).tap("sumbit"),
            "has no part 'sumbit'; did you mean 'submit'?",
        ),
        (lambda pages, of: pages.page("login", of).rows("account"), "login.account of .* is of no rows"),
        (lambda pages, of: pages.page("orders", of).row("orders", nr="x"), "has no part 'nr'"),
        (
            lambda pages, of: pages.page("orders", of).open(),
            "the address of the page 'orders' needs 'person'",
        ),
        (lambda pages, of: pages.page("a", Session("miniprogram")), "write .*/miniprogram.yaml"),
    ],
)
def test_a_name_that_is_none(pages: Pages, use: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        use(pages, Session())


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (
            GOOD.replace("label:", "lable:"),
            5,
            "unknown key 'login.parts.account.lable'; did you mean 'label'?",
        ),
        (GOOD.replace("  ready: account", "  ready: acount"), 3, "no part 'acount'; did you mean 'account'?"),
        (
            GOOD.replace("address: /log-in", "adress: /log-in"),
            2,
            "unknown key 'login.adress'; did you mean 'address'?",
        ),
        (GOOD.replace("{label: 账号}", "{}"), 5, "exactly one of role"),
        (GOOD.replace("css: .status", "css: .status, text: x"), 14, "exactly one of"),
        ("- login\n", 1, "names of pages"),
        ("login: {address: /\n", 2, "not YAML"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        written(tmp_path, text)
    assert f"website.yaml:{line}:" in str(caught.value)


def test_a_file_of_no_platform(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not 'web'; did you mean 'website'"):
        written(tmp_path, GOOD, "web.yaml")


def test_braces_of_an_address_that_are_no_name(tmp_path: Path) -> None:
    session: Any = Session()
    address = '/s?filter={"a":1}&q={q}&x={}'
    written(tmp_path, f"search:\n  address: '{address}'\n").page("search", session).open(q="茶")
    assert session.done == [("open", address.replace("{q}", "茶"))]


def test_a_locator_may_stand_in_a_class_as_well() -> None:
    class Login:
        account = Locator(label="账号")

    session: Any = Session()
    session.fill(Login.account, "wang")
    assert session.done == [("fill", "label=账号 wang")]
