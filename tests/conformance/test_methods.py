"""Methods that no operation has: one finding for the whole API, and the line that switches it off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.checks.outcome import Outcome
from harness.conformance.kinds import generated, methods
from harness.conformance.settings import ConformanceSettings
from harness.contracts import load
from harness.core.errors import NotRun
from tests.support.backend_shelf import SETTINGS, Serve, serve, the_contract

__all__ = ["serve"]


def tried(serve: Serve, *faults: str, settings: ConformanceSettings = SETTINGS) -> Outcome:
    (test,) = methods.tests(the_contract(), serve(*faults), settings)
    return test.execute()


def test_a_backend_that_answers_405_has_no_finding(serve: Serve) -> None:
    outcome = tried(serve)
    assert outcome.findings == ()
    assert outcome.statuses["405"] > len(the_contract().operations)


@pytest.mark.parametrize(("fault", "check", "title", "places"), [
    ("methods-404", "unsupported_method", "no 405 for methods there are not",
     "TRACE /books → 404, PATCH /books → 404, TRACE /where → 404, PATCH /where → 404, and 4 more"),
    ("no-allow", "unsupported_method", "405 comes without Allow", "TRACE /books → 405"),
    ("other-allow", "allow_header_conformance", "Allow does not name the methods there are",
     "OPTIONS /books → Allow: GET, HEAD, PATCH, POST"),
    ("methods-crash", "not_a_server_error", "Server error", "TRACE /books → 500"),
])  # fmt: skip
def test_what_all_paths_do_is_one_finding(
    serve: Serve, fault: str, check: str, title: str, places: str
) -> None:
    (found,) = tried(serve, fault).findings
    assert (found.check, found.title.en) == (check, title)
    assert found.seen.en.startswith(places[:100])
    assert found.cause.service == "shelf"


def test_the_finding_says_which_line_switches_it_off(serve: Serve) -> None:
    (found,) = tried(serve, "methods-404").findings
    line = 'write under [conformance] in harness.toml: without_checks = ["unsupported_method"]'
    assert line in found.lines().en
    assert "without_checks" in found.lines().zh


@pytest.mark.parametrize(("left_out", "found"), [
    (("unsupported_method",), 0), (("allow_header_conformance",), 1), ((), 1),
])  # fmt: skip
def test_and_that_line_does(serve: Serve, left_out: tuple[str, ...], found: int) -> None:
    settings = SETTINGS.model_copy(update={"without_checks": left_out})
    assert len(tried(serve, "methods-404", settings=settings).findings) == found


def test_without_both_checks_there_is_no_test(serve: Serve) -> None:
    settings = SETTINGS.model_copy(update={"without_checks": (methods.UNSUPPORTED, methods.ALLOW)})
    assert list(methods.tests(the_contract(), serve(), settings)) == []


def test_no_path_is_asked_for_a_method_that_it_has(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    real = methods.Client.send

    def send(self: Any, operation: Any, request: Any = None, **more: Any) -> Any:
        asked.append((more.get("method", ""), operation.path))
        return real(self, operation, request, **more)

    monkeypatch.setattr(methods.Client, "send", send)
    tried(serve)
    had = {(operation.method, operation.path) for operation in the_contract().operations}
    assert {path for _, path in asked} == {path for _, path in had}
    assert not had & set(asked)


def test_a_flawed_operation_is_not_run_and_its_method_is_there(serve: Serve, tmp_path: Path) -> None:
    flawed = "    trace: {operationId: traceBooks, security: [{nobody: []}], responses: {'200': {description: It.}}}\n"
    text = the_contract().path.read_text(encoding="utf-8").replace("  /books:\n", "  /books:\n" + flawed)
    (tmp_path / "shelf.yaml").write_text(text, encoding="utf-8")
    contract = load(tmp_path / "shelf.yaml")
    assert [operation.id for operation, _ in contract.flawed] == ["traceBooks"]
    backend = serve("methods-404")
    (test,) = methods.tests(contract, backend, SETTINGS)
    (found,) = test.execute().findings
    assert found.seen.en.startswith("PATCH /books → 404, PUT /books → 404, TRACE /where")
    refused = next(each for each in generated.tests(contract, backend, SETTINGS) if each.name == "traceBooks")
    with pytest.raises(NotRun, match="security scheme 'nobody' is not declared") as caught:
        refused.execute()
    assert caught.value.say("zh").startswith("接口规范有误：")


def test_a_path_that_hides_a_method_is_not_run_and_its_backend_is_not_blamed(
    serve: Serve, tmp_path: Path
) -> None:
    hidden = "    putt: {responses: {'200': {description: It.}}}\n"
    text = the_contract().path.read_text(encoding="utf-8").replace("  /books:\n", "  /books:\n" + hidden)
    (tmp_path / "shelf.yaml").write_text(text, encoding="utf-8")
    contract, backend = load(tmp_path / "shelf.yaml"), serve("methods-404")
    (test,) = methods.tests(contract, backend, SETTINGS)
    (found,) = test.execute().findings
    assert "/books →" not in found.seen.en  # it may well have PUT
    name = "shelf.yaml#/paths/~1books/putt"
    refused = next(each for each in generated.tests(contract, backend, SETTINGS) if each.name == name)
    with pytest.raises(NotRun, match="'putt' is not a method; did you mean 'put'"):
        refused.execute()
