"""What we rely on in minium 1.6.1 beyond its public methods; an upgrade that changes it fails here first."""

from __future__ import annotations

import inspect
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from harness.core.errors import BrokenError, DriverError, PageFault, ProductFault, Timeout
from harness.core.text import Text
from harness.platforms.minium_client import load, minium_errors, wake

minium: Any = load()
TRYING = Text(zh="尝试", en="trying")


def test_its_usage_reports_are_off() -> None:
    from minium.miniprogram.base_driver import minium_log

    assert minium_log.existFlag == 1
    assert "existFlag" in inspect.getsource(minium_log)


def test_a_woken_call_raises_at_once() -> None:
    from minium.miniprogram.base_driver.connection import Command, Connection

    connection = Connection.__new__(Connection)
    connection._is_close_on_my_own = connection._is_close_by_cmd = connection._is_close_app_by_cmd = False
    connection._msg_lock = threading.Condition()
    connection._sync_wait_map, connection._async_msg_map = {}, {}
    command = Command("Page.getData", max_timeout=30)
    command.id = "1"
    timer = threading.Timer(0.1, wake, [SimpleNamespace(connection=connection)])
    timer.start()
    began = time.monotonic()
    with command, pytest.raises(minium.MiniClientOfflineError):
        connection._receive_response(command)
    assert time.monotonic() - began < 5
    timer.join()


def test_every_error_of_minium_becomes_one_of_ours() -> None:
    from minium.framework import exception

    errors = [
        cls
        for _, cls in inspect.getmembers(exception, inspect.isclass)
        if issubclass(cls, Exception) and cls.__module__ == exception.__name__
    ]
    assert len(errors) > 20
    for cls in errors:
        error = cls.__new__(cls)
        Exception.__init__(error, "told so")
        with pytest.raises((BrokenError, ProductFault)), minium_errors(TRYING):
            raise error


def test_what_is_the_pages_fault_and_what_is_not() -> None:
    tapping = Text(zh="点击 '#x'", en="tapping '#x'")
    with pytest.raises(PageFault, match="tapping '#x'") as raised, minium_errors(tapping, "pages/a"):
        raise minium.MiniElementNotFoundError("#x")
    assert "点击 '#x'" in raised.value.say("zh")
    assert "tapping" not in raised.value.say("zh")
    with pytest.raises(Timeout), minium_errors(TRYING):
        raise minium.MiniTimeoutError("60 s")
    with pytest.raises(DriverError, match="KeyError"), minium_errors(TRYING):
        raise KeyError("result")


def test_an_assertion_inside_minium_is_no_fault_of_the_page() -> None:
    with pytest.raises(DriverError), minium_errors(TRYING):
        raise AssertionError("m and len(m.groups()) == 2")
