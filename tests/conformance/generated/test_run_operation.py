from __future__ import annotations

import importlib.util
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.settings import LoginSettings
from harness.api.sign_in import sign_in
from harness.api.users import User
from harness.conformance.fuzzing import run_operation
from harness.conformance.fuzzing.failures import Failures
from harness.conformance.fuzzing.run_operation import Outcome, bundled, configuration, run
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation, load
from harness.core.errors import BrokenError
from harness.core.text import Text

CONTRACTS = Path(__file__).parents[2] / "fixture_contracts"
LOGIN = LoginSettings(path="/session", body={"name": "ann"}, token="/token")
Serve = Callable[..., AbstractContextManager[tuple[str, Any]]]


@pytest.fixture(scope="module")
def serve() -> Serve:
    spec = importlib.util.spec_from_file_location("club", CONTRACTS / "backend_club.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.club


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(CONTRACTS / "club.yaml")


def operation(contract: Contract, name: str) -> Operation:
    return next(item for item in contract.operations if item.id == name)


def backend(url: str) -> BackendUnderTest:
    return BackendUnderTest(
        name="club",
        title=Text(zh="俱乐部", en="club"),
        platforms=("website",),
        contracts=(CONTRACTS / "club.yaml",),
        base_url=lambda: url,
        users=(User(name="ann", token=lambda: sign_in(url, LOGIN)),),
    )


def outcome_of(contract: Contract, name: str, url: str, **settings: Any) -> Outcome:
    chosen = ConformanceSettings(**{"max_examples": 10, **settings})
    return run(contract, operation(contract, name), backend(url), chosen)


@pytest.mark.parametrize(("name", "seed"), [("logIn", 1), ("logIn", 2), ("logOut", 1), ("getPoints", 3)])
def test_a_backend_that_keeps_to_its_contract_has_no_findings(
    name: str, seed: int, serve: Serve, contract: Contract
) -> None:
    with serve() as (url, _):
        outcome = outcome_of(contract, name, url, seed=seed)
    assert outcome.findings == ()
    assert outcome.broken == ()
    assert sum(outcome.cases.values()) >= (5 if name == "logOut" else 11)  # there is little to vary in it
    assert not outcome.out_of_time


@pytest.mark.parametrize(
    ("fault", "name", "check", "pointer", "seen"),
    [
        (
            "text-balance",
            "getPoints",
            "response_schema_conformance",
            "club.yaml#/paths/~1points/get/responses/200/content/application~1json/schema/properties/balance/type",
            'response.body/balance: "5"',
        ),
        ("crash", "getPoints", "not_a_server_error", "club.yaml#/paths/~1points/get", "500"),
        (
            "undocumented",
            "getPoints",
            "status_code_conformance",
            "club.yaml#/paths/~1points/get/responses",
            "response.status: 202",
        ),
        ("takes-anything", "logIn", "negative_data_rejection", "club.yaml#/paths/~1session/post", "201"),
        ("open-door", "getPoints", "ignored_auth", "club.yaml#/paths/~1points/get", "200"),
        (
            "not-gzip",
            "getPoints",
            "response_schema_conformance",
            "club.yaml#/paths/~1points/get/responses/200",
            "response.body: Not a gzipped file",
        ),
    ],
)
def test_planted_faults_are_found(
    fault: str, name: str, check: str, pointer: str, seen: str, serve: Serve, contract: Contract
) -> None:
    with serve(fault) as (url, _):
        outcome = outcome_of(contract, name, url)
    (found,) = [item for item in outcome.findings if item.check == check]
    assert found.pointer == pointer
    assert found.seen.en.startswith(seen)
    assert found.curl.startswith("curl -i ")
    assert "${CLUB_URL}/" in found.curl
    assert found.to_json()["identity"] == found.identity


def test_a_crash_is_one_finding_that_names_every_check_it_fails(serve: Serve, contract: Contract) -> None:
    with serve("crash") as (url, _):
        outcome = outcome_of(contract, "getPoints", url)
    (found,) = outcome.findings
    assert found.check == "not_a_server_error"
    assert "status_code_conformance" in found.also
    assert found.cause.name == f"error {found.cause.service} club.yaml#/paths/~1points/get 500"


def test_one_finding_does_not_blind_the_rest(serve: Serve, contract: Contract) -> None:
    with serve("text-balance", "crash", "open-door") as (url, _):
        outcome = outcome_of(contract, "getPoints", url, max_examples=30)
    assert outcome.findings[0].check == "not_a_server_error"  # the worst first
    checks = {item.check for item in outcome.findings}
    assert {"not_a_server_error", "response_schema_conformance", "ignored_auth"} <= checks
    schema = next(item for item in outcome.findings if item.check == "response_schema_conformance")
    assert schema.times > 5  # equal failures are one finding


def test_tokens_are_not_shown_and_fresh_ones_follow_lost_ones(serve: Serve, contract: Contract) -> None:
    with serve("text-balance") as (url, handler):
        outcome = outcome_of(contract, "getPoints", url)
        assert handler.tokens
        assert not [token for token in handler.tokens if token in repr(outcome)]
    assert '--oauth2-bearer "${TOKEN}"' in outcome.findings[0].curl
    with serve() as (url, _):
        outcome = outcome_of(contract, "logOut", url)
    assert outcome.statuses["204"] >= 2  # logging out did not end the test of it


def test_equal_seeds_send_equal_requests(serve: Serve, contract: Contract) -> None:
    def requests(seed: int) -> list[str]:
        with serve() as (url, handler):
            outcome_of(contract, "logIn", url, seed=seed, phases=("coverage", "fuzzing"))
            return list(handler.seen)

    first = requests(7)
    assert requests(7) == first
    assert requests(8) != first


def test_the_budget_ends_the_test_and_keeps_what_was_found(serve: Serve, contract: Contract) -> None:
    with serve("takes-anything") as (url, _):
        outcome = outcome_of(contract, "logIn", url, max_examples=100_000, seconds=2)
    assert outcome.out_of_time
    assert outcome.seconds < 6
    assert [item.check for item in outcome.findings] == ["negative_data_rejection"]


def test_only_positive_requests_when_asked(serve: Serve, contract: Contract) -> None:
    with serve() as (url, _):
        outcome = outcome_of(contract, "logIn", url, negative=False, phases=("examples", "fuzzing"))
    assert set(outcome.statuses) == {"201"}
    assert set(outcome.cases) == {"examples", "fuzzing"}


@pytest.fixture
def nobody() -> Iterator[str]:
    """A URL at which nothing listens; the port is held, so that nobody else comes to listen there."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def test_a_backend_that_is_not_there_is_broken_not_a_finding(nobody: str, contract: Contract) -> None:
    outcome = outcome_of(contract, "logIn", nobody, phases=("examples",))
    assert outcome.findings == ()
    assert outcome.broken == (
        Text(
            zh="没有得到响应：POST /session：无法建立连接：[Errno 111] Connection refused，共 3 次",
            en="no answer to POST /session: no connection: [Errno 111] Connection refused, 3 times",
        ),
    )
    with pytest.raises(BrokenError, match="cannot sign in at"):
        outcome_of(contract, "getPoints", nobody, phases=("fuzzing",))


def test_a_body_too_deep_to_be_read_is_broken_and_said(serve: Serve, contract: Contract) -> None:
    with serve("deep") as (url, _):
        outcome = outcome_of(contract, "getPoints", url, phases=("examples", "fuzzing"), negative=False)
    assert outcome.findings == ()
    assert [words.en.partition(": ")[2] for words in outcome.broken] == [
        "response.body: its JSON is nested too deep"
    ]


def test_what_an_engines_thread_died_of_is_broken_though_the_engine_ends_as_if_all_were_done(
    serve: Serve, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.api.reception._is_too_deep", lambda message: False)
    with serve("deep") as (url, _), pytest.raises(BrokenError, match="schemathesis failed: RecursionError"):
        outcome_of(contract, "getPoints", url, phases=("examples", "fuzzing"), negative=False)


def test_a_redirect_is_judged_and_not_followed(serve: Serve, contract: Contract) -> None:
    with serve("moved") as (url, handler):
        outcome = outcome_of(contract, "getPoints", url, phases=("examples", "fuzzing"), negative=False)
        assert not [line for line in handler.seen if "moved" in line]
    (found,) = [item for item in outcome.findings if item.check == "status_code_conformance"]
    assert found.seen.en.startswith("response.status: 302")


def test_a_coding_that_nobody_can_undo_is_broken_and_no_finding(serve: Serve, contract: Contract) -> None:
    with serve("rare-coding") as (url, _):
        outcome = outcome_of(contract, "getPoints", url, phases=("examples", "fuzzing"), negative=False)
    assert outcome.findings == ()
    assert [words.en.partition(": ")[2] for words in outcome.broken] == [
        "response.body: its content coding dcb cannot be undone here"
    ]


def test_of_an_undocumented_status_only_the_status_is_the_services_fault(
    serve: Serve, contract: Contract
) -> None:
    with serve("rare-coding", "undocumented") as (url, _):
        outcome = outcome_of(contract, "getPoints", url, phases=("fuzzing",), negative=False)
    assert [item.check for item in outcome.findings] == ["status_code_conformance"]


def test_who_leaves_out_the_check_of_bodies_hears_nothing_of_their_coding(
    serve: Serve, contract: Contract
) -> None:
    left_out = ("response_schema_conformance",)
    with serve("not-gzip") as (url, _):
        outcome = outcome_of(
            contract, "getPoints", url, phases=("fuzzing",), negative=False, without_checks=left_out
        )
    assert (outcome.findings, outcome.broken) == ((), ())


def test_a_body_that_nobody_can_judge_is_no_finding(contract: Contract) -> None:
    failures = Failures(operation(contract, "getPoints"), backend("http://127.0.0.1:1"))
    request = SimpleNamespace(method="GET", uri="http://127.0.0.1:1/points?limit=1", headers={}, body=None)
    headers, deep = {"content-type": ["application/json"]}, b"[" * 100_000
    answer = SimpleNamespace(status_code=200, headers=headers, content=deep, elapsed=0.1)
    interaction = SimpleNamespace(request=request, response=answer, timestamp=1.0)
    failure = SimpleNamespace(title="Content deserialization error", message="", _unique_key="x")
    told = failures.add("response_schema_conformance", failure, "fuzzing", "1", interaction, ())
    assert told is not None
    words = "GET /points answered 200, which cannot be checked: response.body: its JSON is nested too deep"
    assert told.en == words
    assert told.zh == "GET /points 返回了 200，响应无法检查：response.body: JSON 嵌套过深"
    assert failures.findings.all() == ()
    assert failures.add("not_a_server_error", failure, "fuzzing", "1", interaction, ()) is None
    broken: dict[Text, None] = {}
    failure.case_id = None
    node = SimpleNamespace(name="response_schema_conformance", failure_info=SimpleNamespace(failure=failure))
    recorder = SimpleNamespace(cases={"1": None}, interactions={"1": interaction}, checks={"1": [node]})
    event: Any = SimpleNamespace(recorder=recorder, phase=SimpleNamespace(value="fuzzing"))
    run_operation._gather(event, failures, Counter(), Counter(), broken, ())
    assert list(broken) == [told]


def test_an_error_of_the_engine_itself_is_broken(
    serve: Serve, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Engine:
        def execute(self) -> Any:
            raise RuntimeError("inside")

    monkeypatch.setattr("harness.conformance.fuzzing.run_operation.from_schema", lambda schema: Engine())
    with (
        serve() as (url, _),
        pytest.raises(BrokenError, match=r"schemathesis failed: RuntimeError\('inside'\)"),
    ):
        outcome_of(contract, "logIn", url)


def test_nothing_of_the_working_folder_matters_and_nothing_is_left_in_it(
    serve: Serve, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schemathesis.toml").write_text('base-url = "${NOT_SET}"\n', encoding="utf-8")
    with serve() as (url, _):
        assert outcome_of(contract, "logIn", url, phases=("fuzzing",)).findings == ()
    assert [path.name for path in tmp_path.iterdir()] == ["schemathesis.toml"]


def test_the_configuration_is_complete() -> None:
    made = configuration(ConformanceSettings(without_checks=("ignored_auth",)), "http://127.0.0.1:1/v1")
    assert made["cache"] == made["phases"]["stateful"] == made["checks"]["ignored_auth"] == {"enabled": False}
    assert made["generation"]["database"] == "none"
    assert made["suppress-health-check"] == ["all"]


@pytest.mark.parametrize("where", ["parameter", "answer"])
def test_no_example_makes_another_address(where: str, tmp_path: Path) -> None:
    asked: list[str] = []

    class Goods(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    one: dict[str, Any] = {"name": "goods_id", "in": "path", "required": True, "schema": {"type": "string"}}
    found: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Goods"}}
    (one if where == "parameter" else found)["example"] = "" if where == "parameter" else {"id": ""}
    answers = {
        "200": {"description": "ok", "content": {"application/json": found}},
        "404": {"description": "none"},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/goods/{goods_id}": {
                "get": {"operationId": "getGoods", "parameters": [one], "responses": answers}
            }
        },
        "components": {"schemas": {"Goods": {"type": "object", "properties": {"id": {"type": "string"}}}}},
    }
    (tmp_path / "goods.json").write_text(json.dumps(document), encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Goods) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        outcome_of(
            load(tmp_path / "goods.json"),
            "getGoods",
            url,
            phases=("examples", "coverage", "fuzzing"),
            max_examples=3,
            negative=False,
        )
        server.shutdown()
    (given,) = bundled(load(tmp_path / "goods.json"))["paths"]["/goods/{goods_id}"]["get"]["parameters"]
    assert "example" not in given
    assert asked
    assert "/goods/" not in asked


@pytest.mark.parametrize(
    ("template", "below"),
    [("/own", "/v2/own"), ("/index.php?r=a/b", "/v2/index.php?r=a/b"), ("/own?q={q}", "/v2/own?q=")],
)
def test_generated_requests_go_to_the_operations_own_address(
    tmp_path: Path, template: str, below: str
) -> None:
    asked: set[str] = set()

    class Own(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.add(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    wanted = {"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}}
    # No responses, as OpenAPI 3.1 allows.
    own = {"operationId": "getOwn", "servers": [{"url": "/v2"}], "parameters": [wanted]}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Own", "version": "1"},
        "servers": [{"url": "https://api.example.com/v1"}],
        "paths": {template: {"servers": [{"url": "/v3"}], "get": own}},
    }
    (tmp_path / "own.json").write_text(json.dumps(document), encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        outcome = outcome_of(
            load(tmp_path / "own.json"), "getOwn", url, phases=("fuzzing",), max_examples=3, negative=False
        )
        server.shutdown()
    assert any(path.startswith(below) for path in asked)
    assert outcome.findings == ()
    assert outcome.broken == ()
    assert all(path.startswith("/v2") for path in asked)
