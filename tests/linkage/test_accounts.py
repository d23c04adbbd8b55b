"""``accounts`` and ``one-account``: what is declared, what cannot be shown, and whose fault what is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.api.client import Request
from harness.checks.outcome import Outcome
from harness.core.actors import invent
from harness.core.errors import BrokenError, UsageError
from harness.core.masking import mask_text
from harness.linkage.contract import expressions
from harness.linkage.contract.account import SignIn
from harness.linkage.contract.lint import lint
from harness.linkage.contract.plan import cells
from harness.linkage.contract.reading import Document, read
from harness.linkage.participants.newcomer import Newcomer, openid_of
from harness.linkage.participants.wechat_codes import WeChatCodes
from harness.linkage.promises import account_amounts
from harness.processes.ports import free_ports
from tests.support.vendor_accounts import VendorAccounts
from tests.support.vendor_system import DOCUMENT, FOLDER, System
from tests.support.vendors import Vendors, serving

TEXT = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
PARTICIPANTS = System(Vendors(), ("", "")).participants
HERE, BACK = "account website→miniprogram[one-account]", "account miniprogram→website[one-account]"
Vendor = Callable[..., AbstractContextManager[System]]


def document(tmp_path: Path, *changes: tuple[str, str]) -> Document:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


@pytest.fixture
def vendor(tmp_path: Path) -> Vendor:
    """Both vendors with these faults, and a contract that is changed so."""

    @contextmanager
    def made(*changes: tuple[str, str], faults: frozenset[str] = frozenset()) -> Iterator[System]:
        vendors = Vendors(faults=set(faults))
        with serving(vendors) as urls:
            yield System(vendors, urls, document(tmp_path, *changes))

    return made


def said(outcome: Outcome) -> list[str]:
    return [finding.lines().en for finding in outcome.findings]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("account.no", "account.bond", r"yaml:6: account has no field 'bond'; did you mean 'bound'"),
        ("account.no", "acount.no", r"'acount'; did you mean 'account'"),
        ("account.no", "product.name", r"yaml:6: product\.name: each person has one of no entity"),
        ("call: register,", "call: registr,", r"yaml:8: .*no operation 'registr'; did you mean 'register'"),
        ("{phone: $phone}}", "{phone: $fone}}", r"yaml:8: \$fone is nothing .*did you mean 'phone'"),
        ("tel: $phone_code", "tel: $phone_kode", r"\$phone_kode .*did you mean 'phone_code'"),
        ("tel: $phone_code", "tel: $person.phone", r"\$person\.phone is nothing"),
        (
            "sms: $one_time_code}, before: {call: sendSms",
            "sms: $one_time_code}, before: {call: sendSm",
            r"'sendSms'",
        ),
        (
            "token: /data/key",
            "token: /data/kei",
            r"token: the answer of wxLogin .*no /data/kei; did you mean",
        ),
        ("new: true", "new: true, shows: {points.sum: /data/key}", r"points has no field 'sum'"),
        (
            "new: true",
            "new: true, shows: {points.balance: /data/sum}",
            r"points\.balance: the answer of wxLogin",
        ),
        (
            "promises: [appears, conserved]",
            "promises: [one-account]",
            r"one-account: stock is not what each person",
        ),
        ("    sign-up:", "    sing-up:", r"unknown key 'accounts\.website\.sing-up'; did you mean 'sign-up'"),
        (
            "    sign-up: {call: reg",
            "    cookie: sit\n    sign-up: {call: reg",
            r"yaml:8: .*'sit'; did you mean 'sid'",
        ),
        ("    token: /data/key\n", "    token: /data/key\n    cookie: sid\n", r"either 'token' or 'cookie'"),
        ("new: true", "nev: true", r"unknown key .*nev'; did you mean 'new'"),
        ("    token: /data/key\n", "    tokn: /data/key\n", r"did you mean 'token'"),
    ],
)
def test_what_does_not_fit(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        lint(document(tmp_path, (old, new)), PARTICIPANTS)


@pytest.mark.parametrize(
    ("changes", "cell", "reason"),
    [
        (
            [("    sign-up: {call: register, body: {phone: $phone}}\n", "")],
            HERE,
            "says no sign-up of website",
        ),
        ([(", new: true", "")], BACK, "says no sign-up of miniprogram"),
        ([("  miniprogram:\n    token", "  mini:\n    token")], HERE, None),
    ],
)
def test_who_cannot_come_in_is_not_run(
    tmp_path: Path, changes: list[tuple[str, str]], cell: str, reason: str | None
) -> None:
    if reason is None:
        with pytest.raises(UsageError, match=r"unknown key 'accounts\.mini'"):
            document(tmp_path, *changes)
        return
    found = {
        f"{one.entity} {one.name}": one for one in cells(document(tmp_path, *changes).contract, PARTICIPANTS)
    }
    assert reason in str(found[cell].not_run.en if found[cell].not_run else "")


def test_without_accounts_the_promise_is_not_run(tmp_path: Path) -> None:
    begin, end = TEXT.index("accounts:"), TEXT.index("defaults:")
    contract = document(tmp_path, (TEXT[begin:end], "")).contract
    reasons = {
        cell.not_run.en if cell.not_run else None
        for cell in cells(contract, PARTICIPANTS)
        if cell.promise == "one-account"
    }
    assert reasons == {"'accounts' says no sign-up of website", "'accounts' says no sign-up of miniprogram"}


def test_without_a_stand_in_nobody_gets_the_codes_of_wechat() -> None:
    alone = {**PARTICIPANTS, "miniprogram": replace(PARTICIPANTS["miniprogram"], wechat=None)}
    reasons = [cell.not_run for cell in cells(DOCUMENT.contract, alone) if cell.promise == "one-account"]
    assert all(reason and "name one in harness.toml ('wechat')" in reason.en for reason in reasons)


@pytest.mark.parametrize("cell", [HERE, BACK])
def test_a_sign_in_that_lets_nobody_in_is_broken(vendor: Vendor, cell: str) -> None:
    """A wrong code in the contract is no fault of the product."""
    wrong = ("phone: $phone, code: $one_time_code", "phone: $phone, code: '0000'")
    with vendor(wrong, ("within: 3s", "within: 500ms")) as system:
        outcome, _ = system.play(cell)
    assert said(outcome) == []
    assert "website: nobody can sign in: POST /session → 401" in outcome.broken[0].en


def test_a_sign_up_that_takes_nobody_is_broken(vendor: Vendor) -> None:
    with vendor(
        ("call: register, body: {phone: $phone}", "call: openSession"), ("within: 3s", "within: 500ms")
    ) as system:
        outcome, _ = system.play(HERE)
    assert said(outcome) == []
    assert "website: nobody can sign up: POST /session → 401" in outcome.broken[0].en


def test_no_code_that_is_always_right_is_not_run(vendor: Vendor) -> None:
    with vendor() as system:
        system.one_time_code = ""
        outcome, _ = system.play(BACK)
    assert (said(outcome), outcome.broken) == ([], ())
    assert "people.one_time_code" in outcome.not_run[0].en


def test_where_nothing_is_between_the_rest_is_shown(vendor: Vendor) -> None:
    """No proxy, no drain: one account can still be seen, what is counted once cannot."""
    with vendor() as system:
        system.proxies = system.drain = False
        outcome, check = system.play(HERE)
        assert (said(outcome), outcome.broken, outcome.not_run) == ([], (), ())
        assert all(check.reached[state] for state in ("let in", "apart", "two keys"))
        outcome, _ = system.play(HERE.replace("account", "points", 1))
    assert (said(outcome), outcome.broken) == ([], ())
    assert "no data is under way" in outcome.not_run[0].en


def test_every_state_is_reached(vendor: Vendor) -> None:
    with vendor() as system:
        outcome, check = system.play("points miniprogram→website[one-account]")
    assert (said(outcome), outcome.broken, outcome.not_run) == ([], (), ())
    for state in ("let in", "apart", "two keys", "counted", "lose-answer", "delay"):
        assert check.reached[state], state


def test_the_newest_wechat_account_of_a_phone_may_take_the_place_of_the_one_before(vendor: Vendor) -> None:
    with vendor(faults=frozenset({"newest-wechat"})) as system:
        outcome, check = system.play(HERE)
    assert (said(outcome), outcome.broken, outcome.not_run) == ([], (), ())
    assert check.reached["two keys"]


def test_who_has_no_record_after_coming_in_is_told_without_an_id(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said "expected: the record "."""
    website = VendorAccounts.website

    def forgetful(self: VendorAccounts, method: str, path: str, user: str, body: Any) -> Any:
        return (404, None) if path == "/me" else website(self, method, path, user, body)

    monkeypatch.setattr(VendorAccounts, "website", forgetful)
    with vendor(("within: 3s", "within: 300ms")) as system:
        (finding,) = system.play(HERE)[0].findings
    assert (finding.expected.en, finding.expected.zh) == ("the record", "记录")


def test_an_amount_that_is_not_shown_is_nothing(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """It said "balance: None on website"."""
    shown = iter([account_amounts.of] * 2)
    nowhere = {"website": {}, "miniprogram": {}}
    monkeypatch.setattr(account_amounts, "of", lambda *who: next(shown, lambda *who: nowhere)(*who))
    with vendor(("within: 3s", "within: 300ms")) as system:
        (finding,) = system.play(HERE.replace("account", "points", 1))[0].findings
    assert "balance: nothing on website" in finding.seen.en


@pytest.mark.full
def test_a_wechat_account_follows_the_phone_where_that_is_declared(vendor: Vendor) -> None:
    follows = ("new: true", "new: true, follows: phone")
    with vendor(follows, faults=frozenset({"rebound"})) as system:
        outcome, _ = system.play(HERE)
        assert (said(outcome), outcome.broken) == ([], ())
    with vendor(follows) as system:
        (finding,) = said(system.play(HERE)[0])
    assert "does not go over to the phone's account" in finding


@pytest.mark.full
def test_both_directions_and_all_entities_say_one_cause(vendor: Vendor) -> None:
    with vendor(faults=frozenset({"same-number"})) as system:
        played = [system.play(name)[0] for name in (HERE, "points miniprogram→website[one-account]")]
    assert {finding.cause.name for outcome in played for finding in outcome.findings} == {
        "account miniprogram/website"
    }


COOKIE = ("    sign-up: {call: reg", "    cookie: sid\n    sign-up: {call: reg")


def test_a_session_may_live_in_a_cookie_only(vendor: Vendor) -> None:
    with vendor(COOKIE, faults=frozenset({"cookies"})) as system:
        outcome, check = system.play(HERE)
    assert (said(outcome), outcome.broken, outcome.not_run) == ([], (), ())
    assert all(check.reached[state] for state in ("let in", "apart", "two keys", "unionid"))


def test_an_answer_that_sets_no_such_cookie_is_broken(vendor: Vendor) -> None:
    with vendor(COOKIE) as system:
        outcome, _ = system.play(HERE)
    assert said(outcome) == []
    assert "website: no cookie sid is set by the answer: POST /users → 201" in outcome.broken[0].en


@pytest.mark.full
def test_a_session_cookie_is_not_told(vendor: Vendor) -> None:
    with vendor(COOKIE, faults=frozenset({"cookies", "bound-untold"})) as system:
        (finding,) = said(system.play(BACK)[0])
    assert "sid=${NEWCOMER_TOKEN}" in finding


def test_a_unionid_that_is_absent_is_left_out() -> None:
    asked: list[object] = []
    session: Any = SimpleNamespace(
        name="website",
        participant=SimpleNamespace(operation=lambda id: id, wechat=None),
        filled=lambda operation, call, lookup, user: Request(
            body=expressions.resolve(dict(call.body), lookup)
        ),
        exchange=lambda operation, request, user: asked.append(request.body),
    )
    person = invent("a", "b")
    way = SignIn(call="scan", body={"openid": "$openid", "unionid": "$unionid"})
    for who in (person, replace(person, unionid=None)):
        Newcomer(who, None).ask(session, way)
    with_it, without = asked
    assert with_it == {"openid": openid_of(person, "website"), "unionid": person.unionid}
    assert without == {"openid": openid_of(person, "website")}
    assert openid_of(person, "website") not in (person.openid, openid_of(person, "kiosk"))


def test_a_password_of_a_newcomer_is_masked_by_value() -> None:
    """The participant may repeat it in an answer, under a name that says nothing."""
    session: Any = SimpleNamespace(
        name="website",
        participant=SimpleNamespace(operation=lambda id: id, wechat=None),
        filled=lambda operation, call, lookup, user: Request(
            body=expressions.resolve(dict(call.body), lookup)
        ),
        exchange=lambda operation, request, user: None,
    )
    way = SignIn(call="join", body={"password": "Str0ng!newcomer", "code": "$one_time_code"})
    Newcomer(invent("a", "b"), "always-0042").ask(session, way)
    said = mask_text("no row with Str0ng!newcomer, always-0042")
    assert said.startswith("no row with ***")
    assert "0042" not in said


def test_expressions_inside_a_text() -> None:
    values = {"phone": "13800000000", "openid": "o1"}
    found = expressions.resolve(
        {"a": "+86${phone}", "b": "$openid", "c": "$$phone"}, lambda name, _: values[name]
    )
    assert found == {"a": "+8613800000000", "b": "o1", "c": "$phone"}
    assert expressions.names("${phone}/${product.id}") == [("phone", None), ("product", "id")]


def test_a_stand_in_that_gives_no_code_is_broken() -> None:
    (port,) = free_ports(1)
    codes = WeChatCodes(lambda: f"http://127.0.0.1:{port}", lambda: "wxapp")
    with pytest.raises(BrokenError, match=r"/client/login: no code"):
        codes("login_code", invent("a", "b"), "00-0-0-01")
