"""The simulator with a switch: methods named in a file are answered with ``{}`` instead of being carried out.

Only minium's connection is lied to, so that a test's second connection still sees the truth. Run like
``python -m harness.simulator`` with the file's path first.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

from harness.automator.spec import Spec
from harness.simulator import handlers
from harness.simulator.__main__ import main
from harness.simulator.handlers.call import Call, Handler, Result

LIE: Result = {}


def switched(method: str, honest: Handler, switch: Path) -> Handler:
    async def answer(call: Call) -> Result:
        from_minium = call.connection.session._remedy
        if from_minium and method in switch.read_text().split():
            return LIE
        return await honest(call)

    return answer


def run(switch: Path, arguments: list[str]) -> int:
    table = cast("dict[str, Handler]", handlers.HANDLERS)
    for method, honest in list(table.items()):
        table[method] = switched(method, honest, switch)
    check = Spec.check_result
    Spec.check_result = lambda spec, name, result: None if result is LIE else check(spec, name, result)  # type: ignore[method-assign]
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:]))
