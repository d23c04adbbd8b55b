"""Secrets and personal data stand neither in the curl line of a request nor in the case that a waiver keeps of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from harness.api.curl import curl
from harness.api.replay import Replay
from harness.core import masking
from harness.core.exchange import Exchange, Message
from harness.core.masking import rules
from tests.core.masking.test_planted import LEFT, PLANTED, body_of, headers_of, path_of
from tests.support.written import readings

URL = "https://shop.example"
SECRETS = [each for each in PLANTED["secrets"] if "repeat" not in each]


@pytest.fixture
def declared() -> Iterator[None]:
    """What the security schemes of the document say."""
    before = rules.current()
    masking.declare(headers=["X-Till"], parameters=["drawer", "apron"])
    yield
    rules.replace_by(before)


def sent(planted: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    cookie = (("Cookie", str(planted["cookie"])),) if "cookie" in planted else ()
    return (*headers_of(planted), *cookie)


def template_of(planted: dict[str, Any]) -> str:
    """The path of the document that an entry is sent to."""
    path = str(planted.get("path", ""))
    templates = [each for each in PLANTED["document"]["paths"] if "{" in each]
    return next((each for each in templates if path.startswith(each.partition("{")[0])), "")


def as_line(planted: dict[str, Any]) -> str:
    headers: dict[str, Sequence[str]] = {}
    for name, value in sent(planted):
        headers[name] = [*headers.get(name, ()), value]
    return curl(
        "POST", URL + path_of(planted), headers, body_of(planted) or None, template=template_of(planted)
    )


def as_case(planted: dict[str, Any]) -> str:
    request = Message(sent(planted), body_of(planted))
    exchange = Exchange(
        id="1", source="a", target="b", method="POST", path=path_of(planted), request=request, status=None,
        response=None, started=0, ended=0,
    )  # fmt: skip
    return Replay.of(exchange, template_of(planted)).model_dump_json()


def standing(say: Callable[[dict[str, Any]], str]) -> set[str]:
    """The entries whose secret stands in what is said."""
    return {
        each["name"]
        for each in SECRETS
        if any(str(gone) in reading for reading in readings(say(each)) for gone in each["gone"])
    }


@pytest.mark.usefixtures("declared")
def test_no_curl_line_holds_a_secret() -> None:
    assert standing(as_line) == set(LEFT["curl"])


@pytest.mark.usefixtures("declared")
def test_no_case_of_a_waiver_holds_a_secret() -> None:
    assert standing(as_case) == set(LEFT["waiver"])
