from __future__ import annotations

from itertools import islice

import pytest

from harness.api.client import Client, Request
from harness.api.known_ids import KnownIds
from harness.conformance.fuzzing.valid_requests import valid_requests
from harness.contracts import Index
from tests.support import backend_shelf as shelf
from tests.support.backend_market import Open, opened, operation, the_contract
from tests.support.backend_shelf import serve

__all__ = ["opened", "serve"]


def first(open_market: Open, name: str, count: int = 4, *faults: str) -> list[Request]:
    return list(islice(valid_requests(operation(name), open_market(*faults), 3), count))


def test_an_example_that_names_nothing_gets_a_real_object(opened: Open) -> None:
    named = [request.path["good_id"] for request in first(opened, "getGood")]
    assert named == ["g_0", "g_1", "g_2", "g_3"]  # the example says g_gone


def test_an_example_that_names_a_real_object_is_kept(serve: shelf.Serve) -> None:
    found = islice(valid_requests(shelf.operation("getBook"), serve(), 3), 2)
    assert [request.path["book_id"] for request in found] == ["b_01", "b_02"]


def test_ids_in_bodies_are_real_too_and_the_example_comes_last(opened: Open) -> None:
    bodies = [request.body["lines"] for request in first(opened, "createOrder", 12)]
    assert bodies[0] == [{"good_id": "g_0", "quantity": 1}]  # instead of g_gone
    assert bodies[1] == [{"good_id": "g_2", "quantity": 2}]
    assert [{"good_id": "g_gone", "quantity": 1}] in bodies


def test_without_objects_the_example_is_what_there_is(opened: Open) -> None:
    named = {request.path["good_id"] for request in first(opened, "getGood", 20, "empty")}
    assert named == {"g_gone"}


def test_an_object_that_is_in_no_list_is_made_through_a_link(opened: Open) -> None:
    requests = first(opened, "getOrder", 1)
    assert requests[0].path == {"order_id": "o_0"}  # the market had no order


def test_none_is_made_for_whoever_measures_what_is_there(opened: Open) -> None:
    backend = opened()
    asked = valid_requests(operation("getOrder"), backend, 3, makes=False)
    assert {"order_id": "o_0"} not in [request.path for request in asked]


def test_every_request_has_a_key_of_its_own(opened: Open) -> None:
    keys = [request.headers["Idempotency-Key"] for request in first(opened, "createOrder", 20)]
    assert len(set(keys)) == len(keys) > 10


def test_whole_numbers_are_written_as_such(opened: Open) -> None:
    bodies = [request.body["lines"] for request in first(opened, "createOrder", 20)]
    assert all(type(line["quantity"]) is int for lines in bodies for line in lines)


def test_equal_seeds_generate_equal_requests(opened: Open) -> None:
    left, right = ([item.body for item in first(opened, "createOrder", 20)] for _ in range(2))
    assert left == right
    generated = left[8:]
    assert generated
    named = {line["good_id"] for body in generated for line in body["lines"]}
    assert named <= {f"g_{number}" for number in range(7)}


def test_an_operation_without_example_is_generated_or_refused(opened: Open) -> None:
    assert first(opened, "getMe", 1) == [Request()]


@pytest.mark.parametrize(("name", "count"), [("good_id", 4), ("order_id", 0), ("nickname", 0)])
def test_ids_the_lists_of_a_backend_have(opened: Open, name: str, count: int) -> None:
    backend = opened()
    client = Client(backend, Index([the_contract()]), timeout=5)
    try:
        assert len(KnownIds(client, backend, the_contract()).ids(name)) == count
    finally:
        client.close()
