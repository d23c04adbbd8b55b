"""The services' outboxes: what they still have to deliver, and what they have given up.

They are the whole system's: with several test processes a message that is pending may be another scenario's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.errors import BrokenError, Evidence, LinkageFault
from harness.core.polling import in_time, poll
from harness.core.text import Text
from harness.linkage.drains import Drain

NOT_READ = Text(zh="无法读取 {name} 的发件箱：{error}", en="the outbox of {name} cannot be read: {error}")
WITHIN = 5.0  # seconds
DELIVERED = Text(zh="每条消息都已送达", en="every message delivered")
EMPTY = Text(zh="发件箱为空", en="an empty outbox")


class Outboxes:
    """The drain of each service, as they are when a scenario begins."""

    def __init__(self, drains: Mapping[str, Drain]) -> None:
        self._drains = drains
        self._dead_before = {name: state.get("dead", 0) for name, state in self._read().items()}

    def drained(self, *, within: float = WITHIN) -> None:
        """Wait until all are empty at once, and nothing more was given up.

        Errors: LinkageFault naming the outbox; BrokenError where one cannot be read.
        """
        outcome = poll(
            self._read, lambda them: all(state.get("pending") == 0 for state in them.values()), within=within
        )
        for name, state in outcome.value.items():
            given_up = state.get("dead", 0) - self._dead_before[name]
            seen = f"{state}"
            if given_up > 0:
                raise LinkageFault(
                    Text(
                        zh=f"{name} 放弃了 {given_up} 条同步消息",
                        en=f"The {name} gave up {given_up} messages",
                    ),
                    Evidence(platform=name, expected=DELIVERED, seen=seen),
                )
            if state.get("pending") != 0:
                raise LinkageFault(
                    Text(zh=f"{name} 还有没送达的同步消息", en=f"The {name} still has messages to deliver"),
                    Evidence(platform=name, expected=in_time(EMPTY, within), seen=seen),
                )

    def seen_empty(self, *, within: float) -> None:
        """Wait until each was empty once, and once more: then what was under way before has been delivered, and
        what that set off, too. Others may go on sending. At most ``within`` seconds.
        """
        for _ in range(2):
            waiting = set(self._drains)

            def looked(states: dict[str, dict[str, Any]], waiting: set[str] = waiting) -> bool:
                waiting.difference_update(name for name, state in states.items() if state.get("pending") == 0)
                return not waiting

            poll(self._read, looked, within=within)

    def _read(self) -> dict[str, dict[str, Any]]:
        states: dict[str, dict[str, Any]] = {}
        for name, read in self._drains.items():
            try:
                states[name] = read()
            except BrokenError as error:
                raise BrokenError(NOT_READ.format(name=name, error=error.text)) from error
        return states
