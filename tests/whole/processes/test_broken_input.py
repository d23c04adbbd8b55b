"""Broken input, through the commands as a user types them: one error with its place and what to do, exit code 2.

A case is ``(id, edit, command, expected)``: ``edit`` breaks a right project in its folder, ``command`` is
what follows ``harness``, ``expected`` a regular expression for the one line on stderr. Further kinds of input
are further lists in ``CASES``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli import main

Edit = Callable[[Path], None]
Case = tuple[str, Edit, tuple[str, ...], str]
CONFIG = "harness.toml"
RUN, CHECK, GATE = ("run",), ("check",), ("gate",)


def replaced(file: str, old: str, new: str) -> Edit:
    """Replace the first ``old`` in a file of the project."""

    def edit(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def added(file: str, text: str) -> Edit:
    """Add to the end of a file, or make it."""

    def edit(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8") as stream:
            stream.write(text)

    return edit


def both(*edits: Edit) -> Edit:
    def edit(folder: Path) -> None:
        for each in edits:
            each(folder)

    return edit


def removed(file: str) -> Edit:
    return lambda folder: (folder / file).unlink()


SETTINGS: list[Case] = [
    (
        "toml-syntax",
        replaced(CONFIG, 'name = "shop"', 'name = "shop'),
        RUN,
        r"harness\.toml:1: not TOML: .*line 1",
    ),
    (
        "toml-twice",
        added(CONFIG, "\n[website]\n"),
        RUN,
        r"harness\.toml:28: not TOML: Cannot declare \('website',\) twice",
    ),
    (
        "not-utf-8",
        lambda folder: (folder / CONFIG).write_bytes('name = "橙子"\n'.encode("gb18030")),
        RUN,
        r"harness\.toml:1: not UTF-8",
    ),
    ("no-file", removed(CONFIG), RUN, r"no harness\.toml here or above; name one with --config"),
    (
        "section-misspelt",
        replaced(CONFIG, "[website]", "[websit]"),
        CHECK,
        r":20: unknown key 'websit'; did you mean 'website'\?",
    ),
    (
        "key-misspelt",
        replaced(CONFIG, "platform =", "platfrom ="),
        CHECK,
        r":8: unknown key 'services\.site\.platfrom'; did you mean 'platform'\?",
    ),
    (
        "login-key-misspelt",
        added(CONFIG, '\n[services.site.login]\npath = "/in"\nbody = {}\ntokn = "/token"\n'),
        CHECK,
        r":31: unknown key 'services\.site\.login\.tokn'; did you mean 'token'\?",
    ),
    (
        "user-key-misspelt",
        added(CONFIG, '\n[services.site.users.anna]\nbaerer = "x"\n'),
        CHECK,
        r":29: unknown key 'services\.site\.users\.anna\.baerer'; did you mean 'bearer'\?",
    ),
    (
        "user-known-in-two-ways",
        added(CONFIG, '\n[services.site.users.anna]\nbearer = "x"\nhook = "a:b"\n'),
        CHECK,
        r":28: services\.site\.users\.anna: a user has exactly one of login, bearer.*not 2",
    ),
    (
        "title-in-one-language",
        replaced(CONFIG, ', en = "site"', ""),
        CHECK,
        r":5: 'services\.site\.title\.en' is missing",
    ),
    (
        "profile-key-misspelt",
        added(CONFIG, '\n[profiles.sit.website]\nlocal = "en"\n'),
        CHECK,
        r":29: unknown key 'profiles\.sit\.website\.local'; did you mean 'locale'\?",
    ),
    (
        "profile-unknown",
        added(CONFIG, "\n[profiles.sit]\nname = 'sit'\n"),
        ("check", "--profile", "stt"),
        r"harness\.toml: no profile is called 'stt'; there are sit; did you mean 'sit'\?",
    ),
    (
        "environment-unknown",
        replaced(CONFIG, '"disposable"', '"staging"'),
        RUN,
        r":2: environment = 'staging': must be one of disposable, shared, production",
    ),
    (
        "rule-is-no-operation",
        added(CONFIG, '\n[environment_rules]\nallow = ["post /api/session"]\n'),
        CHECK,
        r":29: environment_rules\.allow: 'post /api/session' is neither .* 'POST /path'",
    ),
    (
        "production-that-writes",
        both(
            replaced(CONFIG, '"disposable"', '"production"'),
            added(CONFIG, '\n[environment_rules]\nallow = ["POST /x"]\n'),
        ),
        CHECK,
        r":29: environment_rules\.allow: production is only read from",
    ),
    (
        "production-said-once",
        replaced(CONFIG, '"disposable"', '"production"'),
        CHECK,
        r"environment = 'production': real people use it; .* say --yes-production 'shop'",
    ),
    (
        "production-of-another-system",
        replaced(CONFIG, '"disposable"', '"production"'),
        ("check", "--yes-production", "shop2"),
        r"--yes-production 'shop2' is not the name of this system; nothing was sent",
    ),
    (
        "secret-not-set",
        added(CONFIG, '\n[services.site.users.anna]\nbearer = "{env:NO_SUCH_TOKEN}"\n'),
        CHECK,
        r":29: services\.site\.users\.anna\.bearer: the environment variable NO_SUCH_TOKEN is not set",
    ),
    (
        "service-unknown",
        replaced(CONFIG, 'service = "site"', 'service = "sit"'),
        GATE,
        r":21: website\.service: no service is called 'sit'; did you mean 'site'\?",
    ),
    (
        "contract-missing",
        replaced(CONFIG, '"shared.yaml"', '"sharde.yaml"'),
        CHECK,
        r":9: services\.site\.contracts: no file 'sharde\.yaml' in contracts/; did you mean 'shared\.yaml'\?",
    ),
    (
        "both-started-and-attached",
        replaced(CONFIG, 'health = "/health"', 'health = "/health"\nurl = "http://h:1"'),
        CHECK,
        r":4: services\.site: a service has either a command .* or a url",
    ),
    (
        "url-with-a-query",
        replaced(CONFIG, 'command = ["{python}", "-m", "phone"]', 'url = "http://h/api?key=1"'),
        CHECK,
        r":16: services\.phone\.url: String should match",
    ),
    (
        "number-wanted",
        added(CONFIG, '\n[conformance]\nseconds = "long"\n'),
        CHECK,
        r":29: conformance\.seconds: Input should be a valid integer",
    ),
]
CONTRACT, WAIVERS, LIST = "contracts/shared.yaml", "contracts/waivers.yaml", "contracts/not-producible.yaml"
RIGHT = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /points:
    get:
      operationId: getPoints
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
      responses:
        '200':
          description: Points.
          content: {application/json: {schema: {$ref: '#/components/schemas/Points'}}}
components:
  schemas:
    Points: {type: object, properties: {balance: {type: integer}, entries: {type: array, items: {}}}}
"""
WAIVER = """\
- id: W1
  test: shared.yaml::site::getPoints
  identity: x
  reason: known since May
  owner: li
  expires: 2099-01-01
"""


def contract(old: str, new: str) -> Edit:
    """A right contract with one thing wrong."""
    assert old in RIGHT
    return lambda folder: (
        (folder / CONTRACT).write_text(RIGHT.replace(old, new, 1), encoding="utf-8") and None
    )


def beside(file: str, text: str) -> Edit:
    """A right contract, and a list beside it."""

    def edit(folder: Path) -> None:
        (folder / CONTRACT).write_text(RIGHT, encoding="utf-8")
        (folder / file).write_text(text, encoding="utf-8")

    return edit


CONTRACTS: list[Case] = [
    ("contract-empty", lambda folder: None, CHECK, r"shared\.yaml:?1?: not an OpenAPI document"),
    ("contract-syntax", contract("info: {title", "info: [title"), CHECK, r"shared\.yaml:\d+: not YAML"),
    ("contract-version", contract("3.1.0", "4.0.0"), CHECK, r":1: unknown OpenAPI version '4\.0\.0'"),
    (
        "reference-to-nowhere",
        contract("schemas/Points'", "schemas/Point'"),
        CHECK,
        r":12: \$ref '#/components/schemas/Point' leads nowhere.*did you mean '#/components/schemas/Points'",
    ),
    (
        "type-misspelt",
        contract("{type: integer}}\n      resp", "{type: integr}}\n      resp"),
        CHECK,
        r":8: not a schema: unknown type 'integr'",
    ),
    (
        "path-parameter-not-declared",
        contract("/points:", "/points/{id}:"),
        CHECK,
        r":5: path parameter 'id' of GET /points/\{id\} is not declared",
    ),
    (
        "declaration-misspelt",
        contract("operationId", "x-paginaton: {limit: limit}\n      operationId"),
        CHECK,
        r":6: 'x-paginaton' is not a declaration; did you mean 'x-pagination'\?",
    ),
    (
        "declaration-of-no-parameter",
        contract(
            "operationId", "x-pagination: {limit: limt, offset: limit, items: /entries}\n      operationId"
        ),
        CHECK,
        r":6: 'limt' is not a query parameter of GET /points; did you mean 'limit'\?",
    ),
    (
        "read-back-by-another-document-that-is-not-there",
        contract(
            "operationId",
            "x-reads-back: {operation: 'other.yaml#getIt', same: [/balance]}\n      operationId",
        ),
        CHECK,
        r":6: no document 'other\.yaml' here",
    ),
    (
        "envelope-of-a-document",
        contract("paths:", "x-envelope: {cod: /code}\npaths:"),
        CHECK,
        r":3: x-envelope has no 'cod'; did you mean 'code'\?",
    ),
    (
        "envelope-of-a-service",
        added(CONFIG, "\n[services.phone.envelope]\nsucess = [0]\n"),
        CHECK,
        r":29: unknown key 'services\.phone\.envelope\.sucess'; did you mean 'success'\?",
    ),
    (
        "waiver-without-a-reason",
        beside(WAIVERS, WAIVER.replace("reason: known since May", "resaon: known since May")),
        CHECK,
        r"waivers\.yaml:4: .*did you mean 'reason'",
    ),
    (
        "waiver-of-no-day",
        beside(WAIVERS, WAIVER.replace("2099-01-01", "soon")),
        CHECK,
        r"waivers\.yaml:6: .*expires",
    ),
    (
        "waiver-of-no-operation",
        beside(WAIVERS, WAIVER.replace("getPoints", "getPoint")),
        CHECK,
        r"waivers\.yaml.*did you mean '?(shared\.yaml::site::)?getPoints",
    ),
    (
        "not-producible-of-no-status",
        beside(LIST, "- {id: e, operation: getPoints, status: '201', reason: never seen here}\n"),
        CHECK,
        r"not-producible\.yaml: e: getPoints does not document 201; did you mean '?200",
    ),
]
CASES = [*SETTINGS, *CONTRACTS]


@pytest.mark.parametrize(
    ("edit", "command", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_broken_input_is_one_error_that_says_what_to_do(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    edit: Edit,
    command: tuple[str, ...],
    expected: str,
) -> None:
    edit(project.parent)
    monkeypatch.chdir(project.parent)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("HARNESS_LANGUAGE", "en")
    monkeypatch.setattr(sys, "argv", ["harness", *command])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capfd.readouterr()  # with what the processes say that a command starts
    lines = said.err.strip().splitlines()
    assert re.search(expected, said.err), said.err
    assert ended.value.code == 2, said.err
    assert len(lines) == 1
    assert "Traceback" not in said.err + said.out


def test_the_project_is_right_before_it_is_broken(project: Path) -> None:
    from harness.config.settings import load

    assert load(project, environ={}).name == "shop"
