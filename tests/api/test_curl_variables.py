"""What the variables of a curl line stood for: the address, and where a token comes from, never the token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.curl import curl
from harness.api.curl_variables import base_of, in_words, token_of
from harness.api.settings import UserSettings
from harness.api.users import user_of
from harness.core.text import Text

LOGIN = {"login": {"path": "/login", "body": {"password": "p4ssw0rd"}, "token": "/access_token"}}
ANNA = user_of(
    "anna", UserSettings.model_validate(LOGIN), lambda: "s3cret", Path(), "services.site.users.anna"
)
BEN = user_of("ben", UserSettings(bearer="b3n"), lambda: "", Path(), "services.site.users.ben")


def backend(name: str = "site", **more: Any) -> BackendUnderTest:
    return BackendUnderTest(
        name=name,
        title=Text(zh="网站", en="website"),
        platforms=("website",),
        contracts=(),
        base_url=lambda: f"http://127.0.0.1:{len(name)}/",
        **{"users": (ANNA, BEN), **more},
    )


def line(of: BackendUnderTest, user: str | None = None, path: str = "/orders?a=1") -> str:
    headers = {"Authorization": ["Bearer s3cret"]}
    base, token = base_of(of), token_of(of, of.user(user or ""))
    return curl("GET", base[1] + path, headers, None, ("s3cret",), base=base, token=token)


def test_the_address_is_a_variable() -> None:
    assert line(backend()) == 'curl -i "${SITE_URL}/orders?a=1" --oauth2-bearer "${TOKEN}"'
    assert line(backend("mini-shop.v2")).startswith('curl -i "${MINI_SHOP_V2_URL}/orders')


def test_another_address_stays_as_it_is() -> None:
    said = curl("GET", "http://elsewhere/a", {}, None, base=base_of(backend()))
    assert said == "curl -i http://elsewhere/a"


def test_each_variable_is_told_with_where_a_token_comes_from() -> None:
    told = in_words(line(backend()), [backend()])
    assert told is not None
    assert told.en.splitlines() == [
        "SITE_URL: the address of site, in this run http://127.0.0.1:4",
        "TOKEN: as anna on site, the value at /access_token in the answer of POST /login"
        " ([services.site.users.anna.login] in harness.toml)",
    ]
    assert "本次运行中为 http://127.0.0.1:4" in told.zh
    assert "以 anna 的身份" in told.zh
    assert "s3cret" not in told.en + told.zh
    assert "p4ssw0rd" not in told.en + told.zh


def test_another_user_has_a_variable_of_their_own() -> None:
    both = f"{line(backend())}\n{line(backend(), 'ben')}"
    assert '"${BEN_TOKEN}"' in both
    told = in_words(both, [backend()])
    assert told is not None
    assert "BEN_TOKEN: as ben on site, bearer of [services.site.users.ben] in harness.toml" in told.en


def test_two_backends_are_told_apart() -> None:
    other = backend("shop")
    told = in_words(f"{line(backend())}\n{line(other)}", [backend(), other])
    assert told is not None
    assert [row.partition(":")[0] for row in told.en.splitlines()] == [
        "SITE_URL",
        "TOKEN",
        "SHOP_URL",
        "TOKEN",
    ]


def test_what_is_data_is_no_variable() -> None:
    said = curl(
        "POST", "http://127.0.0.1:4/a", {}, b"${SITE_URL} ${TOKEN} 13900000001", base=base_of(backend())
    )
    told = in_words(said, [backend()])
    assert told is not None
    assert [row.partition(":")[0] for row in told.en.splitlines()] == ["SITE_URL", "PHONE"]


@pytest.mark.parametrize("lines", ["", "curl -i http://elsewhere/a"])
def test_without_variables_there_is_nothing_to_tell(lines: str) -> None:
    assert in_words(lines, [backend()]) is None


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        ({"cookie": {"name": "sid", "value": "c"}}, "cookie"),
        ({"headers": {"X-Key": "k"}}, "headers"),
        ({"bearer": "b"}, "bearer"),
    ],
)
def test_a_user_knows_where_their_secret_stands(settings: dict[str, Any], way: str) -> None:
    user = user_of("eva", UserSettings.model_validate(settings), lambda: "", Path(), "services.site")
    assert user.source is not None
    assert user.source.en == f"{way} of [services.site] in harness.toml"
