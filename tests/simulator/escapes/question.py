"""Asks as a mini-program would, by the network of the simulator.

``python -m tests.simulator.escapes.question``: the same in a process with little memory. It takes the entry, the
ports and the way as JSON, and says how it ended and what it took.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import Mapping
from typing import Any

from harness.simulator.network.domains import Refused, Routing
from harness.simulator.network.fetch import Asked, Network, Visit
from tests.simulator.escapes.plot import CANARY

API = "https://api.shop.example"
MOST = 1 * 1024**3  # bytes of address space: more is the end of the process, not of the machine


class Question:
    """An entry, asked in one way."""

    def __init__(self, entry: Mapping[str, Any], shop: int, other: int) -> None:
        """The ports of the two servers."""
        self._entry, self._mapped = entry, f"http://127.0.0.1:{shop}"
        self._values = {
            "{other}": f"127.0.0.1:{other}",
            "{port}": str(other),
            "{shop}": f"127.0.0.1:{shop}",
            "CANARY": CANARY,
        }

    def filled(self, text: str) -> str:
        for name, value in self._values.items():
            text = text.replace(name, value)
        return text

    def ask(self, way: str, check: bool) -> tuple[str, str]:
        """How it ended, and what was said."""
        routing = Routing({API: self._mapped}, check=check, allow_any=False)
        try:
            answer = asyncio.run(self._asked(way, routing))
            return "refused" if answer is None else "answered", str(answer)
        except Refused as refused:
            return "refused", str(refused)

    async def _asked(self, way: str, routing: Routing) -> object:
        url = self.filled(self._entry["url"])
        if way == "socket":
            return routing.where(url, "socket")
        network = Network(routing)
        header = {name: self.filled(value) for name, value in self._entry.get("header", {}).items()}
        method = self._entry.get("method", "GET")
        try:
            if way == "load":
                return await network.load(url, app_id="wx")
            if way == "browse":
                return await network.browse(Visit(url, method, header, None), app_id="wx")
            told = {"url": url, "header": header, "method": method}
            if method != "GET":
                told["data"] = "hello"
            if "timeoutMs" in self._entry:
                told["timeoutMs"] = self._entry["timeoutMs"]
            return await network.request(Asked.read(told), app_id="wx", trace={"traceparent": "00-t"})
        finally:
            await network.close()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    entry, shop, other, way, check = json.loads(sys.argv[1])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    end, words = Question(entry, shop, other).ask(way, check)
    took = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sys.stdout.write(json.dumps({"end": end, "words": words[:300], "kilobytes": took}))


if __name__ == "__main__":
    main()
