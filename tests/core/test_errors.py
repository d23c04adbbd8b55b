from __future__ import annotations

import inspect

from harness.core import errors
from harness.core.errors import Evidence, LinkageFault, ProcessDied, ProductFault, UsageError
from harness.core.text import Text


def test_only_product_faults_are_assertion_errors() -> None:
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, Exception)]
    for cls in classes:
        assert issubclass(cls, AssertionError) == issubclass(cls, ProductFault), cls
        assert issubclass(cls, ProductFault) != issubclass(cls, errors.HarnessError), cls


def test_every_error_stands_in_the_tree_of_the_docstring() -> None:
    for name, cls in inspect.getmembers(errors, inspect.isclass):
        if issubclass(cls, Exception):
            assert name in (errors.__doc__ or ""), name


def test_a_fault_says_platform_step_pointer_expected_seen_seed_and_command() -> None:
    fault = LinkageFault(
        "The nickname does not cross",
        Evidence(
            platform="miniprogram",
            step="3 looks",
            pointer="shared.yaml#/paths",
            expected="小七",
            seen="小八",
            seed="7",
            reproduce="pytest x --harness-seed=7",
        ),
    )
    for part in ("miniprogram", "3 looks", "shared.yaml#/paths", "小七", "小八", "seed", "pytest x"):
        assert part in str(fault)


def test_wrong_input_names_place_and_nearest() -> None:
    assert str(UsageError("unknown key 'hots'", where="harness.toml:3", nearest="hosts")) == (
        "harness.toml:3: unknown key 'hots'; did you mean 'hosts'?"
    )


def test_a_death_has_last_words() -> None:
    assert "signal 9" in str(ProcessDied("website", how="signal 9", last_words="listening"))
    assert "listening" in str(ProcessDied("website", how="signal 9", last_words="listening"))


def test_the_message_of_a_fault_is_in_one_language() -> None:
    fault = LinkageFault(
        Text(zh="昵称没有同步", en="The nickname does not cross"),
        Evidence(
            expected=Text(zh="5 秒内看到 {name}", en="{name} within 5 s").format(name="七"),
            seen="八",
            notes=(Text(zh="没有全部测试", en="not all was tested"), "GET /me"),
        ),
    )
    assert "within" not in fault.say("zh")
    assert "5 秒内看到 七" in fault.say("zh")
    assert "没有全部测试" in fault.say("zh")
    assert "七 within 5 s" in fault.say("en")
    assert "not all was tested" in fault.say("en")
    assert "GET /me" in fault.say("zh")


def test_a_process_that_died_is_told_in_both_languages() -> None:
    name = Text(zh="模拟器", en="the simulator")
    died = ProcessDied(name, how=Text(zh="信号 9", en="signal 9"), last_words="listening")
    assert died.name == "the simulator"
    assert died.say("zh") == "模拟器 意外退出：信号 9\n  它最后的输出：listening"
    assert died.say("en") == "the simulator died: signal 9\n  its last words: listening"
