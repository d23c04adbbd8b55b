from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.users import User
from harness.contracts import load
from harness.core.errors import UsageError
from harness.core.platforms import USUAL
from harness.linkage.contract.arithmetic import calculated, holds
from harness.linkage.contract.lint import lint, unnamed
from harness.linkage.contract.plan import SAME_OPERATION, cells
from harness.linkage.contract.reading import Document, read
from harness.linkage.contract.ways import Ways
from harness.linkage.participants.participant import Participant
from harness.linkage.promises.not_run import planned
from tests.support.languages import chinese, english

FOLDER = Path(__file__).parents[1] / "fixture_vendors"
TEXT = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")


def participant(name: str, service: str, *users: str, people: dict[str, str]) -> Participant:
    backend = BackendUnderTest(
        name=service,
        title=USUAL.title(name),
        platforms=(name,),
        contracts=(FOLDER / f"{service}.yaml",),
        base_url=lambda: "",
        users=tuple(User(name=user) for user in users),
    )
    return Participant(name, USUAL.title(name), backend, (load(FOLDER / f"{service}.yaml"),), people)


PARTICIPANTS = {
    "website": participant(
        "website", "website", "owner", "li", "han", people={"buyer": "li", "staff": "owner"}
    ),
    "miniprogram": participant("miniprogram", "mall", "li", "han", people={"buyer": "li"}),
}


def document(tmp_path: Path, old: str = "", new: str = "") -> Document:
    assert old in TEXT
    file = tmp_path / "linkage.yaml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return read(file)


def test_what_fits_is_silent(tmp_path: Path) -> None:
    lint(document(tmp_path), PARTICIPANTS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("website: li", "website: lee", r"yaml:3: people\.buyer: the service website has no user 'lee'"),
        (
            "call: createProduct",
            "call: createProdukt",
            r"no operation 'createProdukt'; did you mean 'createProduct'",
        ),
        (
            "make: {call: createProduct, as: staff}",
            "make: {call: createProduct, as: stuff}",
            r"'stuff'; did you mean",
        ),
        ("find: {call: goodsList", "find: {call: goodList", r"miniprogram serves no operation 'goodList'"),
        (
            "miniprogram: /info/title",
            "miniprogram: /info/titel",
            r"has no /info/titel; did you mean '/info/title'",
        ),
        (
            "{product_id: $product.id}",
            "{productid: $product.id}",
            r"has no \{productid\}; did you mean 'product_id'",
        ),
        (
            "    needs: {product: {}}",
            "    needs: {produkt: {}}",
            r"no entity is called 'produkt'; did you mean",
        ),
        ("{left: 90}", "{lft: 90}", r"stock has no field 'lft'; did you mean 'left'"),
        ("id: $product.id, quantity", "id: $stock.idd, quantity", r"stock has no 'idd'; did you mean 'id'"),
        ("query: {no: $id}", "query: {no: $idd}", r"\$idd is no field of it; did you mean 'id'"),
        (
            "    of: buyer\n    website: {read",
            "    of: byer\n    website: {read",
            r"called 'byer'; did you mean 'buyer'",
        ),
        (
            "make: {stock.left:",
            "make: {stok.left:",
            r"effects: no entity is called 'stok'; did you mean 'stock'",
        ),
        (
            "make: {stock.left:",
            "make: {stock.lft:",
            r"effects: stock has no field 'lft'; did you mean 'left'",
        ),
        (
            "      pay: {points.balance:",
            "      pai: {points.balance:",
            r"order has no act 'pai'; did you mean 'pay'",
        ),
        ("removed: {on_sale:", "removed: {on_sal:", r"product has no field 'on_sal'; did you mean 'on_sale'"),
        ("sets: {status:", "sets: {stats:", r"order has no field 'stats'; did you mean 'status'"),
        ("product-2: {on_sale", "produkt-2: {on_sale", r"no entity is called 'produkt-2'; did you mean"),
        ("stock-2.left:", "stock-3.left:", r"effects: no entity is called 'stock-3'; did you mean 'stock-2'"),
        ("- old.earned", "- old.erned", r"order has no field 'erned'; did you mean 'earned'"),
        ("points - old.earned", "points - ", r"'points - ' is no arithmetic"),
        (
            "left >= 0",
            "left >= product.price",
            r"stock has no field 'product'; an 'always' calculates with its own: left",
        ),
        ("left >= 0", "left >= old.left", r"'left >= old.left': 'old' is for effects"),
        ("left >= 0", "left >=", r"'left >=' is no arithmetic"),
        (
            "private: {query: {user: li}}",
            "private: {except: [staf]}",
            r"nobody of 'people' is called 'staf'; did you mean 'staff'",
        ),
        (
            "sum(entries.amount)",
            "sum(entrys.amount)",
            r"points has no field 'entrys'.*did you mean 'entries'",
        ),
        ("reads: {refunds:", "reads: {refnds:", r"order has no field 'refnds'; did you mean 'refunds'"),
        (
            "balance: /points",
            "balance: /point",
            r"the body of createOrder has no /point; did you mean '/points'",
        ),
        ("takes: {points.balance", "takes: {points.balanse", r"takes: points has no field 'balanse'"),
        ("undo: cancel", "undo: cancle", r"website has no act 'cancle'; did you mean 'cancel'"),
        (
            "buyer: {website: li, miniprogram: li}",
            "buyer: {website: li}",
            r"people\.buyer does not say who that is on miniprogram; name who does 'read' there by 'as'",
        ),
        (
            "query: {outerId: $same}",
            "query: {outrId: $same}",
            r"GET /goods has no query parameter 'outrId'; did you mean 'outerId'",
        ),
        (
            "body: {sku: $product.same, n: 2",
            "body: {skuu: $product.same, n: 2",
            r"the body of POST /buy has no /skuu; did you mean 'sku'",
        ),
        (
            "- {call: wxLogin, body: {js:",
            "- {call: wxLogin, body: {jss:",
            r"the body of POST .* has no /jss; did you mean 'js'",
        ),
        ("{query: {user: li}}", "{query: {user: $points.balanse}}", r"'needs' does not name 'points'"),
    ],
)
def test_what_does_not_fit_is_said_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(
        UsageError, match=rf"linkage\.yaml:\d+: .*{message}" if "yaml" not in message else message
    ) as told:
        lint(document(tmp_path, old, new), PARTICIPANTS)
    said = told.value.say("zh").removeprefix(str(told.value.where))
    assert chinese(said)
    assert english(said) is None


def test_what_a_line_names_for_itself_is_no_field(tmp_path: Path) -> None:
    line = "balance == sum([each.amount for each in entries])"
    lint(document(tmp_path, "balance == sum(entries.amount)", line), PARTICIPANTS)


def test_a_line_that_a_participant_lacks_a_field_for_is_not_calculated_there(tmp_path: Path) -> None:
    """Another that can be calculated there is."""
    lacking = document(tmp_path, "left: {website: /count, miniprogram: /left}", "left: {website: /count}")
    found = {f"{one.entity} {one.name}": one.not_run for one in cells(lacking.contract, PARTICIPANTS)}
    assert found["stock website[conserved]"] is None
    reason = found["stock miniprogram[conserved]"]
    assert reason is not None
    assert reason.en == "'left >= 0' cannot be calculated on miniprogram, which has no left"
    both = document(tmp_path, 'always: ["left >= 0"]', "always: ['left >= 0', '1 >= 0']")
    file = both.path
    file.write_text(file.read_text(encoding="utf-8").replace(", miniprogram: /left}", "}"), encoding="utf-8")
    found = {f"{one.entity} {one.name}": one.not_run for one in cells(read(file).contract, PARTICIPANTS)}
    assert found["stock miniprogram[conserved]"] is None


def test_a_key_that_an_open_schema_does_not_name_is_a_hint(tmp_path: Path) -> None:
    website = (FOLDER / "website.yaml").read_text(encoding="utf-8")
    opened = website.replace("Stock: {type: object, additionalProperties: false,", "Stock: {type: object,")
    assert opened != website
    (tmp_path / "website.yaml").write_text(opened, encoding="utf-8")
    participants = {
        **PARTICIPANTS,
        "website": replace(PARTICIPANTS["website"], contracts=(load(tmp_path / "website.yaml"),)),
    }
    path = "path: {product_id: $product.id}"
    its = document(tmp_path, f"as: staff, {path}", f"as: staff, {path}, body: {{coumt: 5}}")
    lint(its, participants)
    [said] = unnamed(its, participants)
    assert "linkage.yaml:" in said.en
    assert said.en.endswith("does not name /coumt, and lets other keys in; did you mean 'count'?")
    assert list(unnamed(document(tmp_path), participants)) == []


def test_every_direction_that_can_be_shown_is_a_cell(tmp_path: Path) -> None:
    names = [f"{cell.entity} {cell.name}" for cell in cells(document(tmp_path).contract, PARTICIPANTS)]
    assert "product website→miniprogram[appears]" in names
    assert "product miniprogram→website[appears]" not in names  # it writes no products
    assert "order miniprogram→website[appears]" in names
    assert "points website[conserved]" in names


def test_one_operation_of_one_service_shows_nothing(tmp_path: Path) -> None:
    both = {"website": PARTICIPANTS["website"], "staff": PARTICIPANTS["website"]}
    same = {
        name: Participant(name, one.title, one.backend, one.contracts, one.people)
        for name, one in both.items()
    }
    text = (
        "linkage: 1\nentities:\n  product:\n    title: {zh: 商品, en: product}\n    id: /product_id\n"
        "    make: createProduct\n    read: getProduct\n    fields: [name]\n    promises: [appears]\n"
    )
    file = tmp_path / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    found = list(cells(read(file).contract, same))
    assert [cell.not_run for cell in found] == [SAME_OPERATION, SAME_OPERATION]


def test_arithmetic_reaches_into_lists() -> None:
    values = {"balance": 7, "entries": [{"amount": 5}, {"amount": 2}]}
    assert holds("balance == sum(entries.amount)", values)
    assert not holds("balance > sum(entries.amount)", values)
    assert calculated("- sum(entries.amount)", values) == -7
    assert calculated("+ balance // 2", values) == 3
    assert calculated("- entries[1].amount", values) == -2
    assert calculated("balance - old.balance", values, {"balance": 9}) == -2
    assert calculated("+ sum(old.entries.amount)", {}, values) == 7


@pytest.mark.parametrize(
    "line", ["__import__('os')", "balance.__class__", "open('x')", "balance ==", "nothing + 1"]
)
def test_arithmetic_is_nothing_but_arithmetic(line: str) -> None:
    from harness.core.errors import BrokenError

    with pytest.raises(BrokenError, match="cannot be calculated"):
        holds(line, {"balance": 1})


def test_what_its_document_gives_to_everybody_is_not_private(tmp_path: Path) -> None:
    """A document that says nothing of who may read leaves that open."""
    text = (FOLDER / "website.yaml").read_text(encoding="utf-8")
    file = tmp_path / "website.yaml"
    signed = "operationId: getOrder\n      security: [{token: []}, {session: []}]\n"
    assert signed in text
    file.write_text(text.replace(signed, "operationId: getOrder\n      security: []\n"), encoding="utf-8")
    website = PARTICIPANTS["website"]
    open_to_all = Participant("website", website.title, website.backend, (load(file),), website.people)
    participants = {**PARTICIPANTS, "website": open_to_all}
    found = {
        f"{one.entity} {one.name}": one.not_run
        for one in planned(document(tmp_path).contract, participants, Ways(drains=True))
    }
    assert found["order miniprogram[private]"] is None
    reason = found["order website[private]"]
    assert reason is not None
    assert reason.en == "getOrder on website is public by its document (security: [])"
