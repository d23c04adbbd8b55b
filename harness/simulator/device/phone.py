"""What belongs to one person's phone as far as one app sees it. Owns nothing but the bounds."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.simulator.device.app_findings import Findings
from harness.simulator.device.device_state import DeviceState
from harness.simulator.device.wechat_users import Answers, WeChatUser

MAX_EFFECTS = 200


@dataclass(slots=True)
class Phone:
    """One app on one person's phone; it outlives the app service."""

    app_id: str
    person: WeChatUser
    answers: Answers = field(default_factory=Answers)
    device_state: DeviceState = field(default_factory=DeviceState)
    storage: dict[str, Any] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)
    """Keys of the storage that were stored with ``encrypt``: they are read with it only."""
    granted: dict[str, bool] = field(default_factory=dict)
    """What the person allowed or refused this app: ``scope.…`` to yes or no."""
    trace: dict[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    effects: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MAX_EFFECTS))
    """What the app did beyond its own screen: saved a picture, asked for a payment, called a number, shared."""

    def answer(self, api: str) -> Mapping[str, Any] | None:
        """What the person answers when ``api`` asks: said of that API, or following from their device_state."""
        said = self.answers.get(api)
        return self.device_state.answer(api) if said is None else said
