from __future__ import annotations

import pytest

from harness.conformance.contract_test import Outcome
from harness.conformance.kinds import parity
from tests.support.backend_shelf import SETTINGS, Serve, operation, serve, the_contract

__all__ = ["serve"]


QUICK = SETTINGS.model_copy(update={"settled_within": 0.1})


def compared(serve: Serve, name: str, *faults: str) -> Outcome:
    ends = serve(name="website"), serve(*faults, name="phone", platforms=("miniprogram",))
    return parity.compare(operation(name), *ends, QUICK)


def test_every_read_both_platforms_serve_is_a_test(serve: Serve) -> None:
    ends = [serve(name="a"), serve(name="b"), serve(name="c", platforms=("miniprogram",))]
    tests = list(parity.tests(the_contract(), ends, QUICK))
    assert [test.name for test in tests] == ["listBooks", "getBook", "whereIsIt"]
    assert {(test.backend.name, test.beside[0].name) for test in tests} == {("a", "c")}
    assert all(test.alone for test in tests)


def test_one_backend_for_both_platforms_has_nothing_to_compare(serve: Serve) -> None:
    assert list(parity.tests(the_contract(), [serve(name="a"), serve(name="b")], QUICK)) == []


@pytest.mark.parametrize("fault", ["other-time", "none"])
@pytest.mark.parametrize("name", ["listBooks", "getBook", "whereIsIt"])
def test_ends_that_mean_the_same_agree(serve: Serve, name: str, fault: str) -> None:
    outcome = compared(serve, name, fault)
    assert outcome.findings == ()
    assert outcome.cases["parity"] >= 2


@pytest.mark.parametrize(
    ("name", "fault", "words", "place"),
    [
        ("listBooks", "other-order", "order at /items", "/responses/200"),
        ("listBooks", "fewer", "number of entries at /items", "/responses/200"),
        ("listBooks", "other-books", "entries at /items", "/responses/200"),
        ("listBooks", "other-price", "value at /items/0/pages", "/responses/200"),
        ("whereIsIt", "other-price", "value at /floor", "/responses/200"),
        ("getBook", "no-404", "differ in status", "/responses"),
        ("getBook", "other-problem", "type of the problem at /type", "/responses/404"),
    ],
)
def test_a_difference_is_found_and_told(serve: Serve, name: str, fault: str, words: str, place: str) -> None:
    found = compared(serve, name, fault).findings
    (finding,) = [item for item in found if words in item.title.en]
    assert finding.title.en.startswith("website and phone differ in")
    assert finding.pointer == operation(name).pointer + place
    assert finding.curl.count("curl -i") == 2
    assert "# website" in finding.curl
    assert finding.identity.startswith(f"{operation(name).pointer} parity {finding.pointer}")


def test_a_difference_that_nothing_decides_is_nobodys_fault(serve: Serve) -> None:
    finding = next(item for item in compared(serve, "listBooks", "other-price").findings)
    assert finding.cause.service == ""
    assert finding.expected.en == "the same on both"
    assert finding.seen.en == "website: 400; phone: 401"


@pytest.mark.parametrize(
    ("fault", "cause", "seen"),
    [
        (
            "text-pages",
            "contract phone shelf.yaml#/components/schemas/Book/properties/pages/type pages",
            'website: 400 (number); phone: "400" (string)',
        ),
        ("crashes", "error phone shelf.yaml#/paths/~1books~1{book_id}/get 500", "website: 200; phone: 500"),
    ],
)
def test_who_breaks_the_contract_there_is_to_blame(serve: Serve, fault: str, cause: str, seen: str) -> None:
    finding = next(item for item in compared(serve, "getBook", fault).findings if item.seen.en == seen)
    assert (finding.cause.name, finding.cause.service) == (cause, "phone")
    assert finding.title.en.endswith("; phone breaks its contract there")


def test_a_value_of_the_wrong_type_does_not_hide_that_it_is_another(serve: Serve) -> None:
    ends = serve("other-price", name="website"), serve("text-pages", name="phone", platforms=("miniprogram",))
    found = parity.compare(operation("getBook"), *ends, QUICK).findings
    values = [item for item in found if "value" in item.title.en]
    assert [item.cause.service for item in values] == [""]


def test_a_difference_of_lists_may_come_from_what_was_asked_for(serve: Serve) -> None:
    (found,) = compared(serve, "listBooks", "fewer").findings
    pointer = operation("listBooks").pointer
    assert found.cause.name == f"difference website/phone {pointer} list /items"
    assert f"value website {pointer} /items" in found.cause.explained_by


def test_what_is_declared_not_to_be_compared_is_no_test(serve: Serve) -> None:
    assert operation("getMood").place.value["x-parity"]["compare"] is False
    ends = [serve(name="a"), serve(name="b", platforms=("miniprogram",))]
    tests = parity.tests(the_contract(), ends, QUICK)
    assert "getMood" not in [test.name for test in tests]


def test_one_backend_of_both_platforms_is_not_applicable(serve: Serve) -> None:
    alone = serve(name="a", platforms=("website", "miniprogram"))
    (test,) = parity.tests(the_contract(), [alone], QUICK)
    assert test.name == "not-applicable"
    assert test.execute().not_run == (parity.NOT_APPLICABLE,)
    names = [test.name for test in parity.tests(the_contract(), [alone, serve(name="b")], QUICK)]
    assert names == ["listBooks", "getBook", "whereIsIt"]


def test_each_further_backend_is_compared_with_the_first(serve: Serve) -> None:
    first, second = serve(name="a"), serve(name="b", platforms=("miniprogram",))
    third = serve("other-price", name="erp", platforms=("erp",))
    tests = {test.name: test for test in parity.tests(the_contract(), [first, second, third], QUICK)}
    names = ["listBooks", "getBook", "whereIsIt"]
    assert sorted(tests) == sorted([*names, *(f"{name}[erp]" for name in names)])
    assert [backend.name for backend in tests["listBooks"].backends] == ["a", "b"]
    assert [backend.name for backend in tests["listBooks[erp]"].backends] == ["a", "erp"]
    assert tests["listBooks[erp]"].platforms == ["website", "erp"]
    assert tests["listBooks"].execute().findings == ()
    assert "a and erp differ in value" in tests["listBooks[erp]"].execute().findings[0].title.en
