"""What a connection has yet to send: minium is told late, and told again, as it tells and asks before it waits."""

from __future__ import annotations

from typing import Any

from harness.automator.outbox import (
    REPEAT_AFTER,
    REPLY_AFTER_ROUTE_DONE,
    REPLY_AFTER_ROUTE_DONE_AGAIN,
    REPLY_NOT_BEFORE,
    ROUTE_DONE_AGAIN_AFTER,
    ROUTE_DONE_NOT_BEFORE,
)
from harness.automator.session import HostSession
from tests.automator.test_session import GET, ask, sent


def methods(session: HostSession, now: float) -> list[str]:
    """The events among what is sent, and '' for an answer."""
    return [message.get("method", "") for message in sent(session, now)]


def leaving(now: float, *, remedy: bool = True) -> HostSession:
    """A client that hears of routes has just called wx.navigateBack, with the id ``back``."""
    host = HostSession(remedy=remedy)
    ask(host, "bind", "App.addBinding", {"name": ROUTE_DONE[1]["name"]}, now)
    host.reply("bind", {}, now)
    ask(host, "back", "App.callWxMethod", {"method": "navigateBack", "args": [{"delta": 1}]}, now + 0.01)
    host.due(now + 0.01)
    return host


ROUTE_DONE: tuple[str, dict[str, Any]] = ("App.bindingCalled", {"name": "onAppRouteDone", "args": [{}]})


class TestRemedyForMinium:
    """A reply that beats minium's wait is lost until another message comes: delay it, and repeat it."""

    def test_a_reply_waits_and_is_repeated(self) -> None:
        host = HostSession(remedy=True)
        ask(host, "1", *GET, now=10.0)
        host.reply("1", {"elements": []}, 10.0)
        at = 10.0 + REPLY_NOT_BEFORE
        assert host.next_due() == at
        assert host.due(at - 0.001) == []
        assert len(host.due(at)) == 1
        for after in REPEAT_AFTER:
            assert host.due(at + after - 0.001) == []
            assert sent(host, at + after)[0]["id"] == "1"
        assert host.next_due() is None

    def test_a_slow_reply_is_not_delayed_further(self) -> None:
        host = HostSession(remedy=True)
        ask(host, "1", *GET, now=10.0)
        host.reply("1", {"elements": []}, 12.0)
        assert host.next_due() == 12.0

    def test_the_next_request_ends_the_repeats_but_not_a_first_sending(self) -> None:
        host = HostSession(remedy=True)
        ask(host, "1", *GET, now=0)
        host.reply("1", {"elements": []}, 0)
        ask(host, "2", *GET, now=0.001)
        assert [message["id"] for message in sent(host, 1)] == ["1"]

    def test_a_long_reply_is_not_repeated(self) -> None:
        host = HostSession(remedy=True)
        ask(host, "1", "App.captureScreenshot", {}, now=0)
        host.reply("1", {"data": "A" * 200_000}, 1)
        assert len(host.due(9)) == 1

    def test_events_are_neither_delayed_nor_repeated(self) -> None:
        host = HostSession(remedy=True)
        host.event("App.exceptionThrown", {"message": "m", "stack": ""}, 0)
        assert len(host.due(0)) == 1
        assert host.next_due() is None

    def test_the_end_of_a_route_comes_after_the_answer_to_navigateback(self) -> None:
        # minium begins to wait for it when it has the answer, and then for 5 s.
        host = leaving(now=0.0)
        host.event(*ROUTE_DONE, 0.1)
        assert sent(host, 5) == [], "not before the answer, however long that takes"
        host.reply("back", {"result": {}}, 5)
        answer, *_ = messages = sent(host, 5 + ROUTE_DONE_NOT_BEFORE)
        assert answer["id"] == "back"
        assert messages[-1]["method"] == "App.bindingCalled"

    def test_the_end_of_a_route_is_told_until_the_client_asks(self) -> None:
        # An answer that is heard at its last repeat only: the client waits for the end of the route from then on.
        host = leaving(now=0.0)
        host.reply("back", {"result": {}}, 1)
        host.event(*ROUTE_DONE, 1)
        told = 1 + ROUTE_DONE_NOT_BEFORE
        for after in (0.0, *ROUTE_DONE_AGAIN_AFTER):
            assert ROUTE_DONE[0] not in methods(host, told + after - 0.001)
            assert methods(host, told + after)[-1] == ROUTE_DONE[0]
        assert ROUTE_DONE_AGAIN_AFTER[1] + ROUTE_DONE_NOT_BEFORE > REPEAT_AFTER[-1]
        assert host.next_due() is None

    def test_the_next_request_ends_the_telling(self) -> None:
        host = leaving(now=0.0)
        host.reply("back", {"result": {}}, 1)
        host.event(*ROUTE_DONE, 1)
        ask(host, "1", *GET, now=1.001)
        assert methods(host, 9).count(ROUTE_DONE[0]) == 1, "it is told once in any case"

    def test_the_end_of_another_route_takes_the_place_of_the_one_before(self) -> None:
        host = leaving(now=0.0)
        host.reply("back", {"result": {}}, 1)
        host.event(*ROUTE_DONE, 2)
        host.due(2)
        host.event(ROUTE_DONE[0], {**ROUTE_DONE[1], "args": ["another"]}, 2.001)
        told = [message["params"]["args"] for message in sent(host, 9) if "params" in message]
        assert told == [["another"]] * (1 + len(ROUTE_DONE_AGAIN_AFTER))

    def test_a_navigateback_that_is_refused_holds_nothing_back(self) -> None:
        host = leaving(now=0.0)
        host.event(*ROUTE_DONE, 0.1)
        host.refuse("back", "navigateBack:fail", 1)
        assert methods(host, 2).count(ROUTE_DONE[0]) > 0

    def test_an_answer_does_not_follow_on_the_heels_of_the_end_of_a_route(self) -> None:
        # minium reads either on a thread of its own, and takes the page from the first when it has the second.
        host = leaving(now=0.0)
        host.reply("back", {"result": {}}, 0.1)
        ask(host, "1", *GET, now=1)
        host.event(*ROUTE_DONE, 2)
        host.reply("1", {"elements": []}, 2)
        assert methods(host, 2 + REPLY_AFTER_ROUTE_DONE - 0.001)[-1] == ROUTE_DONE[0]
        assert methods(host, 2 + REPLY_AFTER_ROUTE_DONE) == [""]

    def test_a_client_that_was_told_once_more_has_time_to_read_where_the_next_route_ended(self) -> None:
        # What it was told once more may have reached it as it began to wait for the next.
        host = leaving(now=0.0)
        host.reply("back", {"result": {}}, 1)
        host.event(*ROUTE_DONE, 1)
        again = 1 + ROUTE_DONE_NOT_BEFORE + ROUTE_DONE_AGAIN_AFTER[0]
        assert methods(host, again)[-1] == ROUTE_DONE[0]
        ask(host, "1", "App.callWxMethod", {"method": "navigateTo", "args": [{"url": "/a"}]}, now=again + 0.1)
        host.event(*ROUTE_DONE, again + 0.2)
        host.reply("1", {"result": {}}, again + 0.2)
        assert methods(host, again + 0.2 + REPLY_AFTER_ROUTE_DONE_AGAIN - 0.001) == [ROUTE_DONE[0]]
        assert methods(host, again + 0.2 + REPLY_AFTER_ROUTE_DONE_AGAIN) == [""]

    def test_who_asks_for_something_else_meanwhile_does_not_wait_for_the_answer(self) -> None:
        # navigateBack, asynchronously, to a page that asks before it is left: nobody has answered the question yet.
        host = leaving(now=0.0)
        host.event(*ROUTE_DONE, 1)
        assert methods(host, 2) == []
        ask(host, "1", "App.callWxMethod", {"method": "reLaunch", "args": [{"url": "/a"}]}, now=3)
        assert methods(host, 3) == [ROUTE_DONE[0]]
        host.event(*ROUTE_DONE, 4)
        assert methods(host, 4) == [ROUTE_DONE[0]]

    def test_other_clients_hear_of_the_route_at_once(self) -> None:
        host = leaving(now=0.0, remedy=False)
        host.event(*ROUTE_DONE, 0.1)
        assert methods(host, 0.1) == [ROUTE_DONE[0]]
        assert host.next_due() is None

    def test_other_clients_are_answered_at_once(self) -> None:
        host = HostSession()
        ask(host, "1", *GET, now=0)
        host.reply("1", {"elements": []}, 0)
        assert len(host.due(0)) == 1
        assert host.next_due() is None
