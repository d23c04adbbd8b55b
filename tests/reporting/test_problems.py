"""Which red tests are one problem, and which are not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.reporting.figures import RunFigures
from harness.reporting.problem_lines import lines
from harness.reporting.problems import Problem, Problems
from tests.support.sample import BOTH, ORDERS, POINTS, SYNC, Sample

BALANCE = "shared.yaml#/components/schemas/Points/properties/balance/type"
WRONG = {
    "code": "response-body", "pointer": BALANCE, "where": "response.body/balance", "at": "/balance",
    "expected": "integer", "seen": '"100"', "message": "balance",
}  # fmt: skip
FAILS = {
    "code": "undocumented-status", "pointer": f"{ORDERS}/responses", "where": "response.status",
    "expected": "201", "seen": "500", "message": "500",
}  # fmt: skip
TEXT = {"name": f"contract website {BALANCE} balance", "service": "website"}
LOG = ["Traceback (most recent call last):", '  File "/srv/orders.py", line 12, in make', "KeyError: 'a'"]


class Story:
    """A run in which tests fail, and what is behind them."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        sample.started()

    def contract(self, name: str, *causes: dict[str, Any], backend: str = "website", **more: Any) -> None:
        test = f"contracts/shared.yaml::{name}"
        findings = [{"title": f"finding {number}", "cause": cause} for number, cause in enumerate(causes)]
        self.sample.conformance(backend, POINTS, 3, *findings, test=test, **more)
        self.sample.verdict(
            test, "failed", id=f"shared.yaml::{name}", group="contract", fault="ContractViolation"
        )

    def scenario(
        self, id: str, fault: str = "PageFault", cause: str = "", seen: str = "", **more: Any
    ) -> str:
        """A scenario that fails in its step 2; returns its trace."""
        test, title = f"scenarios/test_all.py::{id}", {"zh": id, "en": id}
        trace = self.sample.scenario(test, id, title)
        self.sample.step(test, 2, "website", "看积分", "sees the points", "failed")
        about = {**BOTH, **more, "cause": {"name": cause} if cause else None, "seen": seen or None}
        self.sample.verdict(
            test, "failed", id=id, title=title, fault=fault, message=f"{id} is wrong", **about
        )
        return trace

    def exchange(self, trace: str, *violations: dict[str, Any], step: int | None = 2, **more: Any) -> None:
        span = f"00000001{step:08x}" if step else "ab12cd34ef567890"
        self.sample.exchange(more.pop("operation", POINTS), trace, span, violations=list(violations), **more)

    @property
    def problems(self) -> Problems:
        return RunFigures.read(self.sample.folder).problems

    @property
    def groups(self) -> list[list[str]]:
        """The tests of each problem."""
        return [[test.id or "" for test in problem.tests] for problem in self.problems.all]

    @property
    def only(self) -> Problem:
        (problem,) = self.problems.all
        return problem


@pytest.fixture
def story(sample: Sample) -> Story:
    return Story(sample)


def test_a_contract_test_and_the_traffic_of_scenarios_that_show_one_place(story: Story) -> None:
    story.contract("website::getPoints", TEXT)
    for id in ("L01", "L02"):
        story.exchange(story.scenario(id, "ContractViolation"), WRONG)
    assert story.groups == [["shared.yaml::website::getPoints", "L01", "L02"]]
    assert story.problems.headline.en == "1 problem behind 3 red tests"
    assert story.only.service == "website"


def test_the_same_place_on_another_service_is_another_problem(story: Story) -> None:
    story.contract("website::getPoints", TEXT)
    story.exchange(story.scenario("L01", "ContractViolation"), WRONG, target="miniprogram")
    assert story.problems.headline.en == "2 problems behind 2 red tests"


def test_two_causes_in_one_test_are_two_problems(story: Story) -> None:
    other = {"name": "contract website elsewhere", "service": "website"}
    story.contract("website::getPoints", TEXT, other)
    assert story.groups == [["shared.yaml::website::getPoints"]] * 2
    assert story.problems.headline.en == "1 red test shows 2 problems"
    assert story.problems.headline.zh == "1 个未通过的测试，其中有 2 个问题"


def test_promises_that_break_for_one_cause_are_one_problem(story: Story) -> None:
    """Each check of the linkage contract is a test of its own; what it found says why."""
    for writer, reader in (("website", "miniprogram"), ("miniprogram", "website")):
        test = f"linkage.yaml::member::{writer}→{reader}[one-account]"
        cell = {"entity": "member", "title": "member", "writer": writer, "reader": reader}
        finding = {"title": f"member: not let in by the {reader}", "cause": {"name": "account a/b"}}
        story.sample.conformance(
            writer,
            None,
            3,
            finding,
            test=test,
            kind="linkage",
            beside=[reader],
            cell={**cell, "promise": "one-account"},
        )
        story.sample.verdict(test, "failed", id=test, group="promise", fault="LinkageFault", message="red")
    assert story.problems.headline.en == "1 problem behind 2 red tests"
    assert story.only.title.en == "member: not let in by the miniprogram"


def test_a_difference_is_a_consequence_of_what_one_side_is_shown_to_do(story: Story) -> None:
    sort = {"name": "parameter miniprogram listOrders sort", "service": "miniprogram"}
    differs = {
        "name": "difference a/b listOrders",
        "explained_by": ["parameter website listOrders sort", sort["name"]],
    }
    story.contract("parity::listOrders", differs, beside=["miniprogram"])
    story.contract("miniprogram::listOrders[sorting]", sort, backend="miniprogram")
    assert story.only.cause == sort["name"]
    assert story.only.service == "miniprogram"


def test_a_difference_that_nothing_explains_blames_nobody(story: Story) -> None:
    story.contract(
        "parity::getOrder", {"name": "difference a/b", "explained_by": ["value a"]}, beside=["miniprogram"]
    )
    assert story.only.service == ""
    assert story.only.title.en.startswith("Website backend / Mini-program backend GET")


def test_a_cause_is_known_by_its_other_names_and_best_by_who_is_no_consequence(story: Story) -> None:
    field, exact = "value website getOrder /total", "contract website Amount/x-money"
    schema = {"name": "contract website Amount/type", "covers": [field]}
    story.contract(
        "website::createOrder[exactness]", {"name": exact, "covers": [field], "explained_by": [field]}
    )
    story.contract(
        "website::createOrder[reads-back]", {"name": "written website total", "explained_by": [field]}
    )
    assert [problem.cause for problem in story.problems.all] == [exact]
    story.contract("website::createOrder", schema)
    assert story.only.cause == schema["name"]


def test_a_name_is_better_known_by_what_nothing_is_seen_to_explain(story: Story) -> None:
    story.contract("c", {"name": "c"})
    story.contract("b", {"name": "b", "covers": ["x"], "explained_by": ["c"]})
    story.contract("a", {"name": "a", "covers": ["x"], "explained_by": ["not seen"]})
    story.contract("z", {"name": "z", "explained_by": ["x"]})
    groups = sorted(sorted(group) for group in story.groups)
    assert groups == [["shared.yaml::a", "shared.yaml::z"], ["shared.yaml::b", "shared.yaml::c"]]


def test_consequences_of_each_other_are_one_problem_and_no_loop(story: Story) -> None:
    story.contract("a", {"name": "a", "explained_by": ["b"]})
    story.contract("b", {"name": "b", "explained_by": ["a"]})
    assert story.groups == [["shared.yaml::a", "shared.yaml::b"]]


def test_what_something_shows_by_itself_is_no_consequence(story: Story) -> None:
    story.contract("a", {"name": "a", "explained_by": ["b"]})
    story.contract("c", {"name": "a"})
    story.contract("b", {"name": "b"})
    assert story.groups == [["shared.yaml::a", "shared.yaml::c"], ["shared.yaml::b"]]


def test_errors_of_one_line_of_the_code_are_one_problem_with_its_log(story: Story) -> None:
    error = {"name": "error website /srv/orders.py:12 KeyError", "service": "website",
             "covers": [f"error website {POINTS} 500"]}  # fmt: skip
    story.contract("website::getPoints", error)
    trace = story.scenario("L01", "ContractViolation")
    story.exchange(trace, FAILS, operation=ORDERS, status=500, id="x1")
    story.sample.logged("x1", "website", LOG)
    assert story.groups == [["shared.yaml::website::getPoints", "L01"]]
    assert story.only.log == tuple(LOG)


def test_an_error_without_a_log_is_that_of_the_same_operation_with_one(story: Story) -> None:
    generic = f"error website {POINTS} 500"
    story.contract("parity::getPoints", {"name": generic, "service": "website"}, beside=["miniprogram"])
    story.contract("website::getPoints", {"name": "error website line 7", "covers": [generic]})
    assert story.only.cause == "error website line 7"


def test_errors_of_one_operation_and_two_lines_are_two_problems(story: Story) -> None:
    for number, line in enumerate((12, 30), 1):
        trace = story.scenario(f"L0{number}", "ContractViolation")
        story.exchange(trace, FAILS, operation=ORDERS, status=500, id=f"x{number}")
        story.sample.logged(
            f"x{number}", "website", [text.replace("line 12", f"line {line}") for text in LOG]
        )
    assert story.groups == [["L01"], ["L02"]]


@pytest.mark.parametrize("fault", ["LinkageFault", "PageFault", "AppException"])
def test_a_step_that_fails_because_its_request_did(story: Story, fault: str) -> None:
    trace = story.scenario("L01", fault, "step website sees", "'微信用户', 3 times")
    story.exchange(trace, FAILS, operation=ORDERS, status=500)
    assert story.only.cause == f"error website {ORDERS} 500"


def test_an_error_between_services_explains_what_does_not_cross(story: Story) -> None:
    trace = story.scenario(
        "L01", "LinkageFault", "crossing member website miniprogram", "'微信用户', 3 times"
    )
    story.exchange(
        trace, FAILS, operation=SYNC, status=500, step=None, source="website", target="miniprogram"
    )
    assert story.only.cause == f"error miniprogram {SYNC} 500"


@pytest.mark.parametrize(("fault", "seen", "problems"), [
    ("PageFault", "None, 9 times", 1),  # the page shows nothing
    ("PageFault", "'100 points', 9 times", 1),  # it shows that very value
    ("AppException", "TypeError: x", 1),
    ("PageFault", "'微信用户', 9 times", 2),  # that has nothing to do with the points
    ("LinkageFault", "'微信用户', 9 times", 2),
])  # fmt: skip
def test_a_violation_on_the_way_explains_a_step_only_where_it_can(
    story: Story, fault: str, seen: str, problems: int
) -> None:
    story.exchange(story.scenario("L01", fault, "step website sees", seen), WRONG)
    assert len(story.problems.all) == problems


def test_a_violation_in_another_step_explains_nothing(story: Story) -> None:
    trace = story.scenario("L01", "PageFault", "step website sees", "None, 9 times")
    story.sample.step("scenarios/test_all.py::L01", 1, "website", "打开", "opens")
    story.exchange(trace, WRONG, step=1)
    assert len(story.problems.all) == 2


def test_scenarios_that_fail_in_one_way_are_one_problem(story: Story) -> None:
    for id in ("L01", "L02", "L03"):
        story.scenario(
            id, "LinkageFault", f"crossing {'order' if id == 'L03' else 'member'} website miniprogram"
        )
    assert story.groups == [["L01", "L02"], ["L03"]]


def test_tests_that_could_not_run_join_what_kept_them_from_it(story: Story) -> None:
    story.contract(
        "website::createProduct", {"name": "error website line 7", "covers": ["error website create 500"]}
    )
    because = {"name": "", "explained_by": ["error website create 500"]}
    story.sample.verdict("a.py::b", "broken", id="B1", cause=because)
    story.sample.verdict(
        "a.py::c", "broken", id="B2", cause={"name": "", "explained_by": ["error website other 500"]}
    )
    assert [test.id for test in story.only.blocked] == ["B1"]
    assert story.problems.headline.en == "1 problem behind 1 red test"


def test_traffic_of_no_test_is_a_problem_without_a_test(story: Story) -> None:
    story.sample.exchange(POINTS, "f" * 32, "ab12cd34ef567890", violations=[WRONG])
    assert story.groups == [[]]


def test_a_finding_of_a_run_that_knew_no_causes_is_a_problem_of_its_own(story: Story) -> None:
    story.sample.conformance(
        "website", POINTS, 3, {"title": "a", "identity": "a"}, {"title": "b", "identity": "b"}
    )
    assert len(story.problems.all) == 2


def test_what_is_most_important_comes_first(story: Story) -> None:
    for name in ("a", "b"):
        story.contract(name, TEXT)
    story.scenario("L01", cause="step", priority="P0")
    assert story.groups == [["L01"], ["shared.yaml::a", "shared.yaml::b"]]


def test_a_run_without_a_red_test_has_no_problem(story: Story) -> None:
    story.sample.verdict("a.py::b")
    assert story.problems.all == ()


def test_the_words_in_both_languages(story: Story) -> None:
    story.contract("website::getPoints", TEXT)
    story.exchange(story.scenario("L01", "ContractViolation"), WRONG)
    assert list(lines(story.problems, "en")) == [
        "1 problem behind 2 red tests",
        "  1. Website backend GET /api/member/points: finding 0",
        "     first seen in shared.yaml::website::getPoints; also in L01",
    ]
    assert list(lines(story.problems, "zh")) == [
        "2 个未通过的测试，背后是 1 个问题",
        "  1. 网站后端 GET /api/member/points：finding 0",
        "     首次出现：shared.yaml::website::getPoints；还有：L01",
    ]
