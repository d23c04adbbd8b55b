from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
CONTRACTS = Path(__file__).parents[2] / "fixture_contracts"

CONFTEST = """
import importlib.util, json
from pathlib import Path
from harness.api.backend import BackendUnderTest
from harness.api.sign_in import sign_in
from harness.api.settings import LoginSettings
from harness.api.users import User
from harness.checks.item import CheckContext, CheckItem
from harness.checks.waivers import Waivers
from harness.conformance.collector import collect
from harness.conformance.settings import ConformanceSettings
from harness.core.text import Text

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("club", HERE / "club.py")
club = importlib.util.module_from_spec(spec)
spec.loader.exec_module(club)
LOGIN = LoginSettings(path="/session", body={"name": "ann"}, token="/token")

def pytest_configure(config):
    config.servers = [club.club(*faults) for faults in ((), ("text-balance",))]
    config.urls = [server.__enter__()[0] for server in config.servers]

def pytest_unconfigure(config):
    for server in config.servers:
        server.__exit__(None, None, None)

def record(data):
    with (HERE / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write(data.model_dump_json(by_alias=True) + "\\n")

def backend(name, zh, url):
    return BackendUnderTest(
        name=name, title=Text(zh=zh, en=name), platforms=("website",), base_url=lambda: url,
        contracts=(HERE / "contracts" / "club.yaml",), users=(User(name="ann", token=lambda: sign_in(url, LOGIN)),))

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".yaml":
        good, bad = parent.config.urls
        names = (("club", "俱乐部", good), ("annex", "分部", bad), ("other", "别的", bad))
        backends = [backend(*each) for each in names]
        settings = ConformanceSettings(max_examples=3, seed=3)
        context = CheckContext(
            record=record, waivers=Waivers(file_path), seed=3, seconds=settings.seconds, language="en")
        return collect(file_path, parent, backends, settings, context)

def pytest_runtest_call(item):
    if isinstance(item, CheckItem) and item.config.option.allure_report_dir:
        from harness.plugin.allure_results import describe

        describe(item)
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    folder = pytester.mkdir("contracts")
    contract = (CONTRACTS / "club.yaml").read_text(encoding="utf-8")
    (folder / "club.yaml").write_text(contract.replace("[club]", "[club, annex]"), encoding="utf-8")
    (folder / "linkage.yaml").write_text("- not a contract of any backend\n", encoding="utf-8")
    (pytester.path / "club.py").write_text(
        (CONTRACTS / "backend_club.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return pytester


PLAIN = ("-p", "no:cacheprovider", "-W", "error")


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess(*PLAIN, *arguments)


def collect(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """No item is run, which is as well done in this process."""
    return project.runpytest_inprocess(*PLAIN, *arguments)


def test_one_item_for_each_backend_and_operation(project: pytest.Pytester) -> None:
    result = collect(project, "--collect-only", "-q", "contracts/")
    items = [line for line in result.outlines if "::" in line]
    assert items == [
        "contracts/club.yaml::club::logIn",
        "contracts/club.yaml::club::logOut",
        "contracts/club.yaml::club::getPoints",
        "contracts/club.yaml::club::methods",
        "contracts/club.yaml::annex::logIn",
        "contracts/club.yaml::annex::logOut",
        "contracts/club.yaml::annex::getPoints",
        "contracts/club.yaml::annex::methods",
        "contracts/club.yaml::other::logIn",
        "contracts/club.yaml::other::logOut",  # getPoints: x-served-by does not name it
        "contracts/club.yaml::other::methods",
    ]


def test_one_item_can_be_chosen(project: pytest.Pytester) -> None:
    result = collect(project, "--collect-only", "-q", "contracts/club.yaml::annex::getPoints")
    assert [line for line in result.outlines if "::" in line] == ["contracts/club.yaml::annex::getPoints"]


def test_a_finding_tells_what_is_wrong_and_everything_is_recorded(project: pytest.Pytester) -> None:
    result = run(project, "contracts/", "--alluredir=allure")
    result.assert_outcomes(passed=10, failed=1)
    result.stdout.fnmatch_lines(
        [
            "annex · getPoints Read the points: GET /points breaks its contract: *",
            "  platform   website",
            "  contract   club.yaml#/paths/~1points/get/responses/200/content/*/balance/type",
            "  expected   integer",
            '  last seen  response.body/balance: "5" (string)',
            "  seed       3",
            "  note       response_schema_conformance: *",
            '  note       curl: curl -i "${ANNEX_URL}/points" --oauth2-bearer "${TOKEN}"',
            "  note       ANNEX_URL: the address of annex, in this run http://127.0.0.1:*",
            "  reproduce  pytest 'contracts/club.yaml::annex::getPoints' --harness-seed=3",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    lines = (project.path / "records.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 11
    data = next(item for item in map(json.loads, lines) if item["findings"])
    assert data["operation"] == "club.yaml#/paths/~1points/get"
    assert (data["backend"], data["seed"], data["broken"]) == ("annex", 3, [])
    assert [item["check"] for item in data["findings"]] == ["response_schema_conformance"]
    assert data["cases"]["fuzzing"] >= 3
    results = [
        json.loads(path.read_text(encoding="utf-8")) for path in project.path.glob("allure/*-result.json")
    ]
    assert len({item["historyId"] for item in results}) == len(results) == 11
    (shown,) = [item for item in results if item["status"] != "passed"]
    assert shown["name"] == "annex · getPoints Read the points"
    assert shown["status"] == "failed"
    assert {"name": "operation", "value": "'club.yaml#/paths/~1points/get'"} in shown["parameters"]
    assert not [path for path in project.path.iterdir() if path.name in (".hypothesis", ".schemathesis")]


def test_a_broken_contract_is_one_line_at_collection(project: pytest.Pytester) -> None:
    path = project.path / "contracts" / "club.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("responses/Problem'", "responses/Problme'"))
    result = collect(project, "contracts/")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*club.yaml:24: *leads nowhere*did you mean '#/components/responses/Problem'?*"]
    )
    assert "Traceback" not in result.stdout.str()


@pytest.mark.parametrize("strict", [True, False])
def test_one_flaw_stops_a_strict_run_only(project: pytest.Pytester, strict: bool) -> None:
    settings = project.path / "conftest.py"
    text = settings.read_text(encoding="utf-8").replace("max_examples=3", f"max_examples=3, strict={strict}")
    settings.write_text(text, encoding="utf-8")
    path = project.path / "contracts" / "club.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("paths:\n", "paths:\n  /typo: {gett: {}}\n", 1))
    result = collect(project, "contracts/", "--collect-only")
    told = result.stdout.str()
    assert ("'gett' is not a method" in told) == strict
    assert ("~1typo/gett" in told) == (not strict)


def test_importing_the_package_imports_no_schemathesis() -> None:
    code = (
        "import sys, harness.conformance.collector, harness.conformance.settings;"
        "sys.exit('schemathesis' in sys.modules or 'hypothesis' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
