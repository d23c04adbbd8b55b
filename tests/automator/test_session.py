"""The conversation, as a playbook: what goes in at which time, what must come out at which time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.automator.messages import Event, Success, serialise
from harness.automator.outbox import REPEAT_AFTER
from harness.automator.session import MAX_PENDING, ClientSession, HostSession
from harness.core.errors import BrokenError, ProtocolError


def ask(session: HostSession, request_id: str, method: str, params: dict[str, Any], now: float = 0.0) -> Any:
    return session.receive(json.dumps({"id": request_id, "method": method, "params": params}), now)


def sent(session: HostSession, now: float) -> list[dict[str, Any]]:
    return [json.loads(text) for text in session.due(now)]


GET = ("Page.getElements", {"pageId": 1, "selector": ".a"})


class TestHost:
    def test_request_then_reply(self) -> None:
        host = HostSession()
        request = ask(host, "1", *GET)
        assert (request.method, request.params) == GET
        assert host.pending == {"1": "Page.getElements"}
        host.reply("1", {"elements": []}, 0.1)
        assert sent(host, 0.1) == [{"id": "1", "result": {"elements": []}}]
        assert host.pending == {}
        assert host.next_due() is None

    def test_replies_go_out_in_any_order(self) -> None:
        host = HostSession()
        for request_id in "123":
            ask(host, request_id, "App.callFunction", {"functionDeclaration": "f"})
        for request_id in "312":
            host.reply(request_id, {"result": request_id}, 1)
        assert [message["id"] for message in sent(host, 1)] == ["3", "1", "2"]

    def test_an_unknown_method_is_unimplemented(self) -> None:
        host = HostSession()
        assert ask(host, "1", "Page.fly", {}) is None
        assert sent(host, 0) == [{"id": "1", "error": {"message": "Page.fly unimplemented"}}]

    def test_a_method_that_is_left_out_says_so(self) -> None:
        host = HostSession()
        assert ask(host, "1", "Tool.refreshTicket", {}) is None
        assert sent(host, 0)[0]["error"]["message"] == "Tool.refreshTicket unimplemented"

    def test_ill_typed_parameters_are_refused(self) -> None:
        host = HostSession()
        assert ask(host, "1", "Page.getElements", {"pageId": 1, "selector": 5}) is None
        assert sent(host, 0)[0]["error"]["message"] == "selector: expected string, got number"

    @pytest.mark.parametrize("text", ["{", "[]", "null", '{"method":"Tool.getInfo"}', b"\x00"])
    def test_what_cannot_be_read_is_answered_once_without_an_id(self, text: str | bytes) -> None:
        host = HostSession()
        assert host.receive(text, 0) is None
        (answer,) = sent(host, 0)
        assert answer["id"] is None
        assert answer["error"]["message"]

    def test_a_message_too_long_is_answered(self) -> None:
        host = HostSession(limit=50)
        assert host.receive("x" * 51, 0) is None
        assert "too long" in sent(host, 0)[0]["error"]["message"]

    def test_an_id_in_use_does_not_disturb_the_first(self) -> None:
        host = HostSession()
        ask(host, "1", *GET)
        assert ask(host, "1", *GET) is None
        (answer,) = sent(host, 0)
        assert answer["id"] is None
        host.reply("1", {"elements": []}, 0)
        assert sent(host, 0)[0]["id"] == "1"

    def test_a_result_that_does_not_fit_becomes_an_error(self) -> None:
        host = HostSession()
        ask(host, "1", *GET)
        host.reply("1", {"elements": None}, 0)
        said = sent(host, 0)[0]["error"]["message"]
        assert said == "Page.getElements result.elements: expected array, got null"

    def test_a_result_json_cannot_say_becomes_an_error(self) -> None:
        host = HostSession()
        ask(host, "1", "App.callFunction", {"functionDeclaration": "f"})
        host.reply("1", {"result": float("nan")}, 0)
        assert "cannot be written as JSON" in sent(host, 0)[0]["error"]["message"]

    def test_bindings_belong_to_the_connection_that_added_them(self) -> None:
        one, other = HostSession(), HostSession()
        ask(one, "1", "App.addBinding", {"name": "mine"})
        called = ("App.bindingCalled", {"name": "mine", "args": []})
        assert one.event(*called, 0)
        assert not other.event(*called, 0)
        assert sent(one, 0) == [{"method": called[0], "params": called[1]}]
        assert sent(other, 0) == []

    def test_logs_go_only_to_who_asked(self) -> None:
        host = HostSession()
        log = ("App.logAdded", {"type": "log", "args": []})
        assert not host.event(*log, 0)
        ask(host, "1", "App.enableLog", {})
        assert host.event(*log, 0)

    def test_exceptions_go_to_everyone(self) -> None:
        assert HostSession().event("App.exceptionThrown", {"message": "m", "stack": ""}, 0)

    def test_an_event_that_does_not_fit_is_refused(self) -> None:
        with pytest.raises(ProtocolError, match="expected string"):
            HostSession().event("App.exceptionThrown", {"message": 1, "stack": ""}, 0)

    def test_after_the_end_nothing_is_due(self) -> None:
        host = HostSession(remedy=True)
        ask(host, "1", "App.addBinding", {"name": "mine"})
        host.close()
        host.reply("1", {}, 0)
        assert host.due(9) == []
        assert not host.bindings
        assert ask(host, "2", *GET) is None


class TestClient:
    def test_replies_settle_their_calls_in_any_order(self) -> None:
        client = ClientSession()
        first, _ = client.call("Simulator.getFindings", {})
        second, _ = client.call("Simulator.screenshot", {})
        settled = client.receive(serialise(Success(second.id, {"data": "x"})))
        assert settled is second
        assert second.result() == {"data": "x"}
        assert first.outcome is None

    def test_parameters_are_checked_before_they_leave(self) -> None:
        client = ClientSession()
        with pytest.raises(ProtocolError, match="port: expected integer, got string"):
            client.call("Simulator.closeApp", {"port": "1"})
        assert not client.pending

    def test_a_refusal_names_the_method(self) -> None:
        client = ClientSession()
        pending, _ = client.call("Simulator.shutdown", {})
        client.receive(json.dumps({"id": pending.id, "error": {"message": "no"}}))
        with pytest.raises(ProtocolError, match=r"^Simulator.shutdown: no$"):
            pending.result()

    def test_a_result_that_does_not_fit_is_refused(self) -> None:
        client = ClientSession()
        pending, _ = client.call("Simulator.screenshot", {})
        client.receive(serialise(Success(pending.id, {"data": 1})))
        with pytest.raises(ProtocolError, match=r"result.data: expected string, got number"):
            pending.result()

    def test_the_end_rejects_every_pending_call_with_the_reason(self) -> None:
        client = ClientSession()
        calls = [client.call("Simulator.shutdown", {})[0] for _ in range(3)]
        client.receive(serialise(Event("App.initialized", {"from": "devtools"})))
        assert client.close("the socket ended") == calls
        for pending in calls:
            with pytest.raises(
                BrokenError, match=r"Simulator.shutdown: the socket ended; last seen: event App"
            ):
                pending.result()
        with pytest.raises(BrokenError, match="the socket ended"):
            client.call("Simulator.shutdown", {})

    def test_a_reply_nobody_waits_for_is_noted(self) -> None:
        client = ClientSession()
        pending, _ = client.call("Simulator.shutdown", {})
        client.forget(pending)
        assert client.receive(serialise(Success(pending.id, {}))) is None
        assert "nobody waits for" in client.last_seen.en


def test_both_ends_understand_each_other() -> None:
    client, host = ClientSession(), HostSession()
    pending, text = client.call("Simulator.setTrace", {"headers": {"traceparent": "00-a"}})
    request = host.receive(text, 0)
    assert request is not None
    host.reply(request.id, {}, 0)
    for reply in host.due(0):
        client.receive(reply)
    assert pending.result() == {}


def test_a_client_cannot_pile_up_requests() -> None:
    session = HostSession()
    for number in range(MAX_PENDING):
        assert session.receive(f'{{"id":"{number}","method":"App.getPageStack"}}', 0) is not None
    assert session.receive('{"id":"more","method":"App.getPageStack"}', 0) is None
    assert json.loads(session.due(0)[0]) == {
        "id": "more",
        "error": {"message": "1000 requests are pending, no more are taken"},
    }
    session.refuse("7", "no", 0)
    assert session.receive('{"id":"more","method":"App.getPageStack"}', 0) is not None


def test_what_is_not_sent_yet_is_counted() -> None:
    session = HostSession(remedy=True)
    session.receive('{"id":"1","method":"App.exit"}', 0)
    session.reply("1", {}, 0)
    texts = (1 + len(REPEAT_AFTER)) * len('{"id":"1","result":{}}')
    assert session.unsent == texts
    session.due(10)
    assert session.unsent == 0
