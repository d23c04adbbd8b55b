"""The simulator with a switch: methods named in a file are answered with ``{}`` instead of being carried out.

Run like ``python -m harness.simulator`` with a folder first. Its file ``lies`` names, one a line, whom to lie to
and about what: ``minium Page.getData``, ``others App.getPageStack``; so that whoever looks sees the truth. Its
file ``asked`` gets the name of every method minium asks for.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

from harness.automator.spec import Spec
from harness.simulator.command_line import main
from harness.simulator.host import handlers
from harness.simulator.host.handlers.call import Call, Handler, Result

LIE: Result = {}


def switched(method: str, honest: Handler, folder: Path) -> Handler:
    lies, asked = folder / "lies", folder / "asked"

    async def answer(call: Call) -> Result:
        # Only minium is told by its Origin header, and remedied for it.
        who = "minium" if call.connection.session.remedy else "others"
        if who == "minium":
            with asked.open("a") as file:
                file.write(f"{method}\n")
        if f"{who} {method}" in lies.read_text().splitlines():
            return LIE
        return await honest(call)

    return answer


def run(folder: Path, arguments: list[str]) -> int:
    table = cast("dict[str, Handler]", handlers.HANDLERS)
    for method, honest in list(table.items()):
        table[method] = switched(method, honest, folder)
    check = Spec.check_result
    Spec.check_result = lambda spec, name, result: None if result is LIE else check(spec, name, result)  # type: ignore[method-assign]
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:]))
