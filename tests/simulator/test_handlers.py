from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from harness.automator.spec import load_spec
from harness.simulator.host.handlers import HANDLERS
from harness.simulator.host.handlers.call import not_simulated
from harness.simulator.host.handlers.tool import NATIVE


def test_every_method_of_the_specification_has_a_handler_and_no_other() -> None:
    assert set(HANDLERS) == set(load_spec().methods)


def test_what_the_specification_leaves_out_is_left_out() -> None:
    spec = load_spec()
    left_out = {name for name, handler in HANDLERS.items() if handler is not_simulated}
    assert left_out == {name for name, method in spec.methods.items() if method.answer}


def test_native_actions_are_those_minium_sends() -> None:
    # Read, not imported: importing minium changes the process.
    package = importlib.util.find_spec("minium")
    assert package is not None
    assert package.origin is not None
    driver = Path(package.origin).parent / "native" / "wx_native" / "idenative.py"
    sends = re.findall(r"\bself\.send\(([^),]+)", driver.read_text(encoding="utf-8"))
    assert set(NATIVE) == set(re.findall(r'"(\w+)"', " ".join(sends)))
