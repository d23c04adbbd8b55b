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
from typing import Any, Self

from harness.simulator.network.domains import Refused, Routing
from harness.simulator.network.fetch import Asked, Network, Visit
from tests.simulator.escapes.plot import CANARY

API = "https://api.shop.example"
MOST = 1 * 1024**3  # bytes of address space: more is the end of the process, not of the machine


class Asker:
    """Asks in each way; its networks are made once, with and without a check of the domain list."""

    def __init__(self, shop: int, other: int) -> None:
        """The ports of the two servers."""
        self._mapped = {API: f"http://127.0.0.1:{shop}"}
        self._values = {
            "{other}": f"127.0.0.1:{other}",
            "{port}": str(other),
            "{shop}": f"127.0.0.1:{shop}",
            "CANARY": CANARY,
        }
        self._runner = asyncio.Runner()
        self._networks: dict[bool, tuple[Routing, Network]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _, network in self._networks.values():
            self._runner.run(network.close())
        self._runner.close()

    def filled(self, text: str) -> str:
        for name, value in self._values.items():
            text = text.replace(name, value)
        return text

    def ask(self, entry: Mapping[str, Any], way: str, check: bool) -> tuple[str, str]:
        """How it ended, and what was said."""
        try:
            answer = self._runner.run(self._asked(entry, way, check))
            return "refused" if answer is None else "answered", str(answer)
        except Refused as refused:
            return "refused", str(refused)

    async def _asked(self, entry: Mapping[str, Any], way: str, check: bool) -> object:
        if check not in self._networks:
            routing = Routing(self._mapped, check=check, allow_any=False)
            self._networks[check] = (routing, Network(routing))
        routing, network = self._networks[check]
        url = self.filled(entry["url"])
        header = {name: self.filled(value) for name, value in entry.get("header", {}).items()}
        method = entry.get("method", "GET")
        match way:
            case "socket":
                return routing.where(url, "socket")
            case "load":
                return await network.load(url, app_id="wx")
            case "browse":
                return await network.browse(Visit(url, method, header, None), app_id="wx")
        told = {"url": url, "header": header, "method": method}
        if method != "GET":
            told["data"] = "hello"
        if "timeoutMs" in entry:
            told["timeoutMs"] = entry["timeoutMs"]
        return await network.request(Asked.read(told), app_id="wx", trace={"traceparent": "00-t"})


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    entry, shop, other, way, check = json.loads(sys.argv[1])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Asker(shop, other) as asker:
        end, words = asker.ask(entry, way, check)
    took = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sys.stdout.write(json.dumps({"end": end, "words": words[:300], "kilobytes": took}))


if __name__ == "__main__":
    main()
