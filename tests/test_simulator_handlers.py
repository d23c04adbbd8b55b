from __future__ import annotations

from harness.automator.spec import load_spec
from harness.simulator.handlers import HANDLERS
from harness.simulator.handlers.call import not_simulated
from harness.simulator.handlers.tool import NATIVE


def test_every_method_of_the_specification_has_a_handler_and_no_other() -> None:
    assert set(HANDLERS) == set(load_spec().methods)


def test_what_the_specification_leaves_out_is_left_out() -> None:
    spec = load_spec()
    left_out = {name for name, handler in HANDLERS.items() if handler is not_simulated}
    assert left_out == {name for name, method in spec.methods.items() if method.answer}


def test_native_actions_are_spelt_as_minium_sends_them() -> None:
    assert set(NATIVE) <= {
        "confirmModal",
        "cancelModal",
        "authorizeAllow",
        "authorizeCancel",
        "goHome",
        "navigateLeft",
        "switchTab",
    }
