"""Secrets and personal data of recorded traffic stand in nothing that drift writes or says."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from harness.cli.commands import app
from tests.core.masking.test_planted import PLANTED, body_of, headers_of, path_of
from tests.drift.cases import archive, entry
from tests.support.written import standing

LEFT = yaml.safe_load(Path(__file__).with_name("left.yaml").read_text(encoding="utf-8"))
SERVER = "https://api.shop.example"
# Those that the proxies mask by now: what they do not mask, drift does not either.
SECRETS = [
    each for each in PLANTED["secrets"] if each["name"] not in LEFT["secrets"] and "repeat" not in each
]


def as_recorded(planted: dict[str, Any]) -> dict[str, Any]:
    """The exchange of an entry as a browser would export it."""
    body, media = body_of(planted), planted.get("type", "application/json")
    headers = [
        list(pair) for pair in headers_of(planted) if pair[0] not in ("Content-Type", "Content-Encoding")
    ]
    cookie = [["Cookie", planted["cookie"]]] if "cookie" in planted else []
    set_cookie = [["Set-Cookie", planted["set-cookie"]]] if "set-cookie" in planted else []
    about: dict[str, Any] = {"type": media}
    if body:
        try:
            about |= {"body": body.decode(), "post": {"mimeType": media, "text": body.decode()}}
        except UnicodeDecodeError:
            about |= {"body": base64.b64encode(body).decode(), "encoding": "base64"}
    return entry(
        SERVER + path_of(planted),
        "POST" if body else "GET",
        request_headers=[*headers, *cookie],
        response_headers=[*headers, *set_cookie],
        **about,
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is written and said of the traffic of all entries, in both languages."""
    given, out = tmp_path_factory.mktemp("given"), tmp_path_factory.mktemp("out")
    contract = given / "shop.yaml"
    contract.write_text(yaml.safe_dump(PLANTED["document"]), encoding="utf-8")
    recorded = archive(given / "traffic.har", *map(as_recorded, SECRETS))
    for language in ("zh", "en"):
        files = ["--har", str(out / f"{language}.har"), "--sarif", str(out / f"{language}.sarif")]
        arguments = ["drift", str(recorded), "--contract", str(contract), "--server", SERVER, *files]
        ran = CliRunner().invoke(app, [*arguments, "--language", language])
        assert ran.exit_code == 1, ran.output
        (out / f"{language}.txt").write_text(ran.output, encoding="utf-8")
    return out


def test_no_secret_is_written(written: Path) -> None:
    assert (written / "zh.har").exists()
    gone = {str(value): each["name"] for each in SECRETS for value in each["gone"]}
    assert {gone[value] for value in standing(list(gone), written)} == set(LEFT["drift"])
