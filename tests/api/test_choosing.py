"""Who acts in an operation: members, staff and merchants of one backend, told apart by security schemes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.choosing import able, actor, why_nobody
from harness.api.client import Client
from harness.api.settings import CookieSettings, SignatureSettings, UserSettings
from harness.api.users import User, user_of
from harness.contracts import Index, Operation, load
from harness.core.text import Text

OPERATIONS = {
    "mine": "[{member: []}]",
    "refund": "[{staff: []}]",
    "either": "[{staff: []}, {member: []}]",
    "both": "[{member: [], shop: []}]",
    "either_way": "[{}, {member: []}]",
    "nothing": "[]",
    "sell": "[{merchant: []}]",
    "deliver": "[{signature: []}]",
    "signed": "[{signature: [], member: []}]",
}
SCHEMES = """
    member: {type: http, scheme: bearer}
    staff: {type: http, scheme: bearer}
    shop: {type: apiKey, in: header, name: X-Shop}
    merchant: {type: apiKey, in: cookie, name: msid}
    signature: {type: apiKey, in: header, name: X-Signature}
"""


def operations(
    folder: Path, schemes: str = SCHEMES, given: dict[str, str] | None = None
) -> dict[str, Operation]:
    given = given or OPERATIONS
    paths = "\n".join(
        f"  /{name}: {{get: {{operationId: {name}, security: {security}, responses: {{'200': {{description: Ok}}}}}}}}"
        for name, security in given.items()
    )
    (folder / "a.yaml").write_text(
        f"openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n{paths}\n"
        f"components:\n  securitySchemes:{schemes}",
        encoding="utf-8",
    )
    return {item.id: item for item in load(folder / "a.yaml").operations}


def backend(*users: User) -> BackendUnderTest:
    return BackendUnderTest(
        name="shop",
        title=Text(zh="店", en="shop"),
        platforms=("website",),
        contracts=(),
        base_url=lambda: "http://127.0.0.1:9",
        users=users,
        signatures=(SignatureSettings(scheme="signature", key="k"),),
    )


def user(name: str, **settings: Any) -> User:
    made = UserSettings.model_validate(settings)
    return user_of(name, made, lambda: "", Path(), f"services.shop.users.{name}")


ANNA = user("anna", bearer="a", scheme="member")
BEN = user("ben", bearer="b", scheme="staff")
CARA = user("cara", cookie={"name": "msid", "value": "c"})
DORA = user("dora", bearer="d", scheme="member", headers={"X-Shop": "7"})


def chosen(item: Operation, *users: User, first: str | None = None) -> str | None:
    found = actor(item, backend(*users), first)
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mine", "anna"),
        ("refund", "ben"),
        ("either", "anna"),
        ("both", "dora"),
        ("either_way", "anna"),
        ("nothing", None),
        ("sell", "cara"),
        ("deliver", None),
        ("signed", "anna"),
    ],
)
def test_who_acts_has_what_the_operation_asks_for(name: str, expected: str | None, tmp_path: Path) -> None:
    item = operations(tmp_path)[name]
    its = backend(ANNA, BEN, CARA, DORA)
    assert chosen(item, ANNA, BEN, CARA, DORA) == expected
    assert why_nobody(item, its) is None


def test_the_order_of_harness_toml_does_not_make_a_member_staff(tmp_path: Path) -> None:
    all_of_them = operations(tmp_path)
    for users in ((BEN, ANNA), (ANNA, BEN)):
        assert [chosen(all_of_them[name], *users) for name in ("mine", "refund")] == ["anna", "ben"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "refund",
            "GET /refund asks for staff, which no user of shop has: write [services.shop.users.NAME] in harness.toml "
            'with login or bearer = "{env:STAFF}", scheme = "staff"',
        ),
        ("sell", 'with cookie = {name = "msid", value = "{env:MERCHANT}"}'),
        ("both", "asks for member + shop, which no user of shop has: "),
        ("both", 'scheme = "member", headers = {"X-Shop" = "{env:SHOP}"}'),
    ],
)
def test_where_nobody_has_it_the_line_to_write_is_told(name: str, expected: str, tmp_path: Path) -> None:
    item, its = operations(tmp_path)[name], backend(ANNA)
    assert actor(item, its) is None
    why = why_nobody(item, its)
    assert why is not None
    assert expected in why.en
    assert "在 harness.toml 的 [services.shop.users.NAME] 中写" in why.zh


@pytest.mark.parametrize("name", ["either_way", "nothing", "deliver"])
def test_nobody_is_enough_where_the_operation_says_so(name: str, tmp_path: Path) -> None:
    assert why_nobody(operations(tmp_path)[name], backend()) is None


def test_who_is_forbidden_never_acts(tmp_path: Path) -> None:
    items = operations(tmp_path)
    junior = user("junior", bearer="j", scheme="staff", forbidden=["refund"])
    assert chosen(items["refund"], junior, BEN) == "ben"
    assert chosen(items["refund"], junior, BEN, first="junior") == "ben"
    assert chosen(items["refund"], junior) is None
    why = why_nobody(items["refund"], backend(junior))
    assert why is not None
    assert why.en.startswith(
        "GET /refund asks for staff, and every user of shop who has it (junior) is forbidden"
    )


def test_a_token_of_which_nothing_says_what_it_is_for_is_not_taken_for_one_of_two(tmp_path: Path) -> None:
    items, unsaid = operations(tmp_path), user("eve", bearer="e")
    assert chosen(items["refund"], unsaid) is None
    assert chosen(items["either"], unsaid) == "eve"  # either will do
    why = why_nobody(items["refund"], backend(unsaid))
    assert why is not None
    assert (
        "which of member, staff the token of eve is for is not said: if it is staff, write scheme = 'staff' there"
        in why.en
    )


def test_a_scheme_that_no_operation_asks_for_leaves_no_doubt(tmp_path: Path) -> None:
    items = operations(tmp_path, given={"mine": "[{member: []}]"})
    assert chosen(items["mine"], user("eve", bearer="e")) == "eve"


def test_a_scheme_of_another_name_is_told_with_the_nearest(tmp_path: Path) -> None:
    wrong = user("ben", bearer="b", scheme="staf")
    why = why_nobody(operations(tmp_path)["refund"], backend(wrong))
    assert why is not None
    assert why.en.endswith("no scheme is called 'staf', as that of ben says: did you mean 'staff'?")


def test_a_user_may_have_several_schemes(tmp_path: Path) -> None:
    both = user("boss", bearer="b", scheme=["staff", "member"])
    items = operations(tmp_path)
    assert [chosen(items[name], both) for name in ("mine", "refund", "sell")] == ["boss", "boss", None]


def test_others_of_the_kind_are_told_apart_from_all_others(tmp_path: Path) -> None:
    items = operations(tmp_path)
    fred = user("fred", bearer="f", scheme="member")
    assert [each.name for each in able(items["mine"], backend(BEN, ANNA, CARA, fred))] == ["anna", "fred"]


@pytest.mark.parametrize(
    "given",
    [User(name="gate", headers={"X-Gateway": "g"}), User(name="hook", hook=lambda *_: {})],
)
def test_a_gateway_header_or_a_hook_may_prove_anything_and_goes_last(given: User, tmp_path: Path) -> None:
    items = operations(tmp_path)
    assert chosen(items["refund"], given) == given.name
    assert chosen(items["refund"], given, BEN) == "ben"
    cookie = User(name="cara", cookie=CookieSettings(name="msid", value="c"))
    assert chosen(items["refund"], cookie) is None  # that is a merchant's


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [("basic", "Basic YQ==", "gus"), ("bearer", "Basic YQ==", None), ("bearer", "Bearer t", "gus")],
)
def test_an_authorization_header_is_for_the_scheme_it_begins_with(
    scheme: str, text: str, expected: str | None, tmp_path: Path
) -> None:
    schemes = f"\n    way: {{type: http, scheme: {scheme}}}\n"
    item = operations(tmp_path, schemes, {"in": "[{way: []}]"})["in"]
    assert chosen(item, user("gus", headers={"Authorization": text})) == expected


def test_a_client_keeps_to_one_person_where_several_may(tmp_path: Path) -> None:
    """What one finds in a list, the other need not be shown."""
    anna = user("anna", bearer="a", scheme="member", forbidden=["mine"])
    fred = user("fred", bearer="f", scheme="member")
    items, its = operations(tmp_path), backend(anna, fred)
    client = Client(its, Index([], service="shop"), timeout=1, about=items["mine"])
    who = [client._as(items[name], None)[1] for name in ("mine", "either", "refund", "nothing")]
    client.close()
    assert [each and each.name for each in who] == ["fred", "fred", None, None]
