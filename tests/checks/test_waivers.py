from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harness.api.client import Client
from harness.checks import waivers
from harness.checks.outcome import Outcome
from harness.checks.waivers import Waiver, Waivers
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds import generated
from harness.contracts import Index
from harness.core.errors import UsageError
from tests.support.backend_shelf import SETTINGS, Serve, operation, serve, the_contract

__all__ = ["serve"]
TEST = "shelf.yaml::shelf::getBook"
TODAY = date(2026, 6, 1)


def run(serve: Serve, *faults: str) -> tuple[ContractTest, Outcome]:
    tests = generated.tests(the_contract(), serve(*faults), SETTINGS)
    test = next(test for test in tests if test.name == "getBook")
    return test, test.execute()


def judged(
    test: ContractTest, outcome: Outcome, *entries: Waiver, today: date = TODAY
) -> tuple[Outcome, list[str]]:
    client = Client(test.backend, Index([test.contract]), timeout=5)
    sent: list[str] = []

    def again(case: waivers.Case) -> waivers.Answer:
        sent.append(case.path)
        return client.again(operation("getBook"), case)

    try:
        return waivers.judge(Waivers(Path("waivers.yaml"), entries, today), test, TEST, outcome, again), sent
    finally:
        client.close()


def waiver_of(outcome: Outcome, expires: date = date(2026, 12, 31)) -> Waiver:
    finding = outcome.findings[0]
    return Waiver(
        id="W1",
        test=TEST,
        identity=finding.identity,
        reason="known since May",
        owner="li",
        expires=expires,
        case=finding.case,
    )


def test_a_listed_finding_does_not_fail_and_an_unlisted_one_does(serve: Serve) -> None:
    test, outcome = run(serve, "text-pages")
    assert [item.check for item in outcome.findings] == ["response_schema_conformance"]
    waived, _ = judged(test, outcome, waiver_of(outcome))
    assert waived.findings == ()
    assert waived.waived == outcome.findings
    other = waiver_of(outcome).model_copy(update={"identity": "something else", "case": None})
    kept, _ = judged(test, outcome, other)
    assert outcome.findings[0] in kept.findings


def test_a_waiver_whose_violation_is_gone_fails_as_stale(serve: Serve) -> None:
    waiver = waiver_of(run(serve, "text-pages")[1])
    test, outcome = run(serve)
    assert outcome.findings == ()
    after, sent = judged(test, outcome, waiver)
    assert sent == [waiver.case.path if waiver.case else ""]
    (finding,) = after.findings
    assert finding.title.en == "W1 is stale: its violation is gone"
    assert finding.seen.en == "no such violation any more; take W1 out of waivers.yaml"


def test_a_violation_the_tests_missed_but_its_case_shows_is_not_stale(serve: Serve) -> None:
    test, outcome = run(serve, "text-pages")
    waiver = waiver_of(outcome)
    missed = Outcome((), {"fuzzing": 3}, {}, 0.1)
    after, sent = judged(test, missed, waiver)
    assert after.findings == ()
    assert len(sent) == 1


def test_an_expired_waiver_fails_with_or_without_its_violation(serve: Serve) -> None:
    test, outcome = run(serve, "text-pages")
    late = date(2027, 1, 1)
    after, _ = judged(test, outcome, waiver_of(outcome), today=late)
    assert [item.check for item in after.findings] == ["response_schema_conformance", "waiver"]
    assert after.findings[1].title.en == "W1 expired on 2026-12-31"
    assert "known since May (li)" in after.findings[1].seen.en


@pytest.mark.parametrize(
    ("entry", "line", "words"),
    [
        ("test: shelf.yaml::shelf::getBok", 1, "'getBok' is not known; did you mean 'getBook'?"),
        ("test: shelf.yaml::shelv::getBook", 1, "'shelv' is not known; did you mean 'shelf'?"),
        ("test: shelve.yaml::shelf::getBook", 1, "'shelve.yaml' is not known; did you mean 'shelf.yaml'?"),
    ],
)
def test_a_waiver_for_a_test_that_is_not_there_is_an_error(
    tmp_path: Path, entry: str, line: int, words: str
) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(
        f"- id: W1\n  {entry}\n  identity: a b c\n  reason: known since May\n  owner: li\n  expires: 2026-12-31\n",
        encoding="utf-8",
    )
    with pytest.raises(UsageError) as error:
        waivers.check_names(waivers.load(path), {"shelf.yaml": ["getBook"]}, ["shelf"])
    assert f"{path}:{line}" in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("expires: 2026-12-31", "expires: soon"), "expires: "),
        (("owner: li", "ovner: li"), "unknown key 'ovner'"),
        (("reason: known since May", "reason: x"), "reason: "),
        (("test: a::b::c", "test: c"), "test: "),
        (("- id: W1", "id: W1"), "not YAML|must be a list"),
    ],
)
def test_a_broken_list_is_one_clear_error(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    path = tmp_path / "waivers.yaml"
    lines = ["- id: W1", "test: a::b::c", "identity: a b c", "reason: known since May", "owner: li"]
    text = "\n  ".join([*lines, "expires: 2026-12-31"]) + "\n"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(UsageError, match=words) as error:
        waivers.load(path)
    assert str(path) in str(error.value)


OPERATION = "- {id: W1, undocumented: GET /coupons/{id}, reason: in May, owner: li, expires: 2026-12-31}\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("GET /coupons/{id}", "/coupons"), "undocumented: "),
        (("GET /coupons/{id}", "get /coupons"), "undocumented: "),
        (("reason: in May", "identity: a b c"), "unknown key 'identity'; keys here are "),
        (
            ("owner: li", "owner: li, service: shelv"),
            "W1: no service is called 'shelv'; did you mean 'shelf'?",
        ),
    ],
)
def test_a_waiver_of_an_operation_is_read_as_strictly(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    path = tmp_path / "waivers.yaml"
    text = OPERATION.replace("GET /coupons/{id}", "'GET /coupons/{id}'")
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(UsageError) as error:
        waivers.check_names(waivers.load(path), {}, ["shelf"])
    assert words in str(error.value)
    assert f"{path}:1" in str(error.value)
