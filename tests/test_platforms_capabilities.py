from __future__ import annotations

import pytest

from harness.core.errors import NotRun, UsageError
from harness.platforms.capabilities import CAPABILITIES, require


def test_the_simulator_can_do_all_that_is_listed() -> None:
    require("simulator", *CAPABILITIES)


def test_what_devtools_cannot_is_not_run_with_the_reason() -> None:
    require("devtools", "login")
    with pytest.raises(NotRun, match="devtools cannot several-users: one WeChat DevTools window"):
        require("devtools", "login", "several-users")


def test_an_unknown_capability_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="'severl-users'; did you mean 'several-users'"):
        require("simulator", "severl-users")
