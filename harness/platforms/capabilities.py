"""What each driver of the mini-program can do. What it cannot is *not run, with the reason*, never green."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from harness.core.errors import NotRun, UsageError


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing a scenario may need; a reason stands where a driver cannot."""

    name: str
    simulator: str | None
    devtools: str | None


CAPABILITIES = {
    capability.name: capability
    for capability in (
        Capability("login", None, None),
        Capability(
            "several-users",
            None,
            "one WeChat DevTools window is logged in as one WeChat user; several users need the simulator",
        ),
        Capability(
            "choose-person",
            None,
            "WeChat DevTools log in as the account that is signed in there; a test cannot choose the person",
        ),
        Capability(
            "attribute-traffic",
            None,
            "headers of wx.request cannot be added from outside DevTools; attribution falls back to tokens",
        ),
    )
}


def require(driver: str, *needed: str) -> None:
    """Raise :class:`NotRun` naming the first capability that ``driver`` lacks.

    Errors: UsageError for a capability nobody defined.
    """
    for name in needed:
        if name not in CAPABILITIES:
            near = difflib.get_close_matches(name, CAPABILITIES, n=1, cutoff=0.0)
            raise UsageError(f"no capability is called {name!r}", nearest=near[0])
        capability = CAPABILITIES[name]
        reason = capability.simulator if driver == "simulator" else capability.devtools
        if reason is not None:
            raise NotRun(f"{driver} cannot {name}: {reason}")
