"""Profiles, environment variables and secrets over harness.toml: which value counts, and where errors point."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.config.toml_lines import line_of
from harness.core.errors import UsageError
from harness.runs.run import Run
from tests.support.project import GOOD

PROFILES = """
[services.site.users.anna]
bearer = "{env:ANNA}"

[profiles.sit]
environment = "shared"

[profiles.sit.services.site]
url = "https://sit.example"
users.anna.cookie = {name = "sid", value = "{env:SID}"}

[profiles.sit.environment_rules]
allow = ["POST /api/session"]
requests_per_second = 5

[profiles.uat]
conformance.max_examples = 7
"""
SECRETS = {"ANNA": "tok-1", "SID": "s-1"}


@pytest.fixture
def layered(project: Path) -> Path:
    project.write_text(GOOD + PROFILES, encoding="utf-8")
    return project


def test_without_a_profile_the_file_counts(layered: Path) -> None:
    settings = load(layered, environ=SECRETS)
    assert settings.environment == "disposable"
    assert settings.services["site"].users["anna"].bearer == "tok-1"
    assert settings.profile is None


def test_a_profile_lies_over_the_file_and_a_url_takes_the_command_away(layered: Path) -> None:
    settings = load(layered, profile="sit", environ=SECRETS)
    site = settings.services["site"]
    assert (site.url, site.command, site.environment, site.title.en) == (
        "https://sit.example",
        None,
        {},
        "site",
    )
    assert site.users["anna"].cookie is not None
    assert site.users["anna"].bearer is None  # a user is known in one way
    assert settings.environment_rules.allow == ("POST /api/session",)
    assert settings.profile == "sit"
    assert load(layered, environ={**SECRETS, "HARNESS_PROFILE": "uat"}).conformance.max_examples == 7


@pytest.mark.parametrize(
    ("variable", "text", "path", "value"),
    [
        ("HARNESS_SERVICES__SITE__URL", "http://h:1", "services.site.url", "http://h:1"),
        ("HARNESS_CONFORMANCE__MAX_EXAMPLES", "3", "conformance.max_examples", 3),
        ("HARNESS_CONFORMANCE__NEGATIVE", "false", "conformance.negative", False),
        ("HARNESS_CONFORMANCE__PHASES", '["examples"]', "conformance.phases", ("examples",)),
        ("HARNESS_PEOPLE__ONE_TIME_CODE", "246810", "people.one_time_code", "246810"),
        ("HARNESS_MASKING__EXCEPT", '["sku"]', "masking.excepted", ("sku",)),
        ("HARNESS_NAME", '"quoted"', "name", "quoted"),
        ("HARNESS_NAME", "{env:ANNA}", "name", "tok-1"),
        ("HARNESS_SERVICES__SITE__ENVIRONMENT__DEBUG", "1", "services.site.environment.DEBUG", "1"),
        ("HARNESS_SERVICES__SITE__TITLE__EN", "Shop", "services.site.title.en", "Shop"),
        ("HARNESS_GATE__FLAKY", "2", "gate.flaky", 2),
    ],
)
def test_a_variable_overrides_any_key(
    layered: Path, variable: str, text: str, path: str, value: object
) -> None:
    found: object = load(layered, environ={**SECRETS, variable: text})
    for key in path.split("."):
        found = found[key] if isinstance(found, dict) else getattr(found, key)
    assert found == value


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (
            {"HARNESS_SERVICES__SIET__URL": "http://h"},
            "environment variable HARNESS_SERVICES__SIET__URL: overrides nothing: services has no key 'siet'; "
            "did you mean 'HARNESS_SERVICES__SITE__URL'?",
        ),
        ({"HARNESS_LANGAUGE": "en"}, "did you mean 'HARNESS_LANGUAGE'?"),
        ({"HARNESS_ROOT": "/"}, "harness.toml has no key 'root'"),
        (
            {"HARNESS_CONFORMANCE__SEED": "x"},
            "environment variable HARNESS_CONFORMANCE__SEED: conformance.seed: ",
        ),
        ({"HARNESS_NAME__X": "1"}, "name has no key 'x'"),
    ],
)
def test_a_wrong_variable_is_named(layered: Path, environ: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        load(layered, environ={**SECRETS, **environ})


def test_a_secret_that_is_not_set_is_named_with_the_line_of_its_use(layered: Path) -> None:
    with pytest.raises(
        UsageError, match=r"harness.toml:29: services.site.users.anna.bearer: .* ANNA is not set"
    ):
        load(layered, environ={})
    with pytest.raises(UsageError, match=r"harness.toml:36: services.site.users.anna.cookie.value: .* SID"):
        load(layered, profile="sit", environ={"ANNA": "x"})


def test_an_error_of_a_profile_stands_in_the_profile_whichever_is_chosen(layered: Path) -> None:
    layered.write_text(GOOD + PROFILES.replace("max_examples", "max_exmples"), encoding="utf-8")
    with pytest.raises(UsageError, match=r":43: unknown key 'profiles.uat.conformance.max_exmples'.*'max_ex"):
        load(layered, environ=SECRETS)
    with pytest.raises(UsageError, match=r":43: unknown key 'conformance.max_exmples'"):
        load(layered, profile="uat", environ=SECRETS)


def test_an_unknown_profile_names_those_there_are(layered: Path) -> None:
    with pytest.raises(
        UsageError, match=r"no profile is called 'sti'; there are sit, uat; did you mean 'sit'"
    ):
        load(layered, profile="sti", environ=SECRETS)
    with pytest.raises(UsageError, match="said by environment variable HARNESS_PROFILE"):
        load(layered, environ={**SECRETS, "HARNESS_PROFILE": "nope"})


def test_lines_are_found_in_arrays_of_tables_and_quoted_names() -> None:
    text = '[[a]]\nx = 1\n[[a]]\nx = 2\n["b.c"]\n"d e" = 3\n[f.g]\nh.i = 4\n'
    assert line_of(text, ("a", "1", "x")) == 4
    assert line_of(text, ("b.c", "d e")) == 6
    assert line_of(text, ("f", "g", "h", "i")) == 8
    assert line_of(text, ("f", "g", "missing")) == 7
    assert line_of(text, ("nowhere",)) == 1


def test_whoever_joins_a_run_has_its_profile(layered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    run = Run.begin(layered, profile="sit")
    monkeypatch.setenv("HARNESS_PROFILE", "uat")  # of another run
    joined = Run.join(run.invitation())
    assert joined.settings == run.settings
    assert joined.settings.environment == "shared"


def test_no_fault_is_planted_where_others_work(layered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HARNESS_PATHS__FAULTS", "faults.yaml")
    with pytest.raises(UsageError, match="'shared': faults are planted in a disposable system only"):
        Run.begin(layered, profile="sit", fault="any")


@pytest.mark.parametrize("variable", ["HARNESS_TRACEBACK", "HARNESS_LIBFAKETIME"])
def test_a_variable_of_its_own_overrides_no_key(layered: Path, variable: str) -> None:
    assert load(layered, environ={**SECRETS, variable: "1"})


@pytest.mark.parametrize(
    ("phones", "said"),
    [
        ('["13900000001", "13900000001"]', "phone number 1 of the list is there twice"),
        ('["office"]', "people.phones"),
    ],
)
def test_phones_that_are_none_or_twice_there_are_told_with_their_line(
    tmp_path: Path, phones: str, said: str
) -> None:
    (tmp_path / "harness.toml").write_text(
        f'name = "shop"\nenvironment = "disposable"\n[people]\nphones = {phones}\n', encoding="utf-8"
    )
    with pytest.raises(UsageError) as error:
        load(tmp_path / "harness.toml")
    assert said in str(error.value)
    assert "harness.toml:4" in str(error.value)
