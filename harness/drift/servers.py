"""Which contract an address is of: by the servers of its document, paths and operations, or by those given instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from harness.contracts import Contract, Index
from harness.contracts.flaws import Elsewhere
from harness.contracts.index import Found, normal
from harness.contracts.servers import VARIABLE, addresses_of
from harness.core.errors import UsageError
from harness.drift.reading import Recorded
from harness.drift.reading.recorded import USUAL, host_of


@dataclass(frozen=True, slots=True)
class Server:
    """A server: which hosts it may have (None: it does not say), and how paths below it begin."""

    host: re.Pattern[str] | None
    base: str

    def holds(self, host: str | None, route: str) -> bool:
        """Whether an address is below it. A host of None fits any."""
        if host is not None and self.host is not None and self.host.fullmatch(host) is None:
            return False
        return route == self.base or route.startswith(f"{self.base}/")


@dataclass(frozen=True, slots=True)
class Fit:
    """An API that an address is of: ``named`` by its host, below a server with a base path of this ``length``.

    ``paths`` are those that the contract may have for it, with its query.
    """

    api: Api
    named: bool
    length: int
    paths: tuple[str, ...]

    def find(self, method: str) -> tuple[Found, str] | None:
        """The operation of the contract, and the path that it has there."""
        for path in self.paths:
            found = self.api.index.find(method, path)
            if found is not None:
                return found, path
        return None


class Api:
    """One contract and where it is served. ``instead``: addresses that stand for the servers of the document."""

    def __init__(self, contract: Contract, instead: Sequence[str] = ()) -> None:
        # Traffic goes to all hosts: an operation that has one of its own is judged there.
        here = {key: flaw for key, flaw in contract.of_operations.items() if not isinstance(flaw, Elsewhere)}
        contract = replace(contract, of_operations=here)
        self.contract, self.index = contract, Index([contract])
        self._given = tuple(map(given_server, instead))
        self._servers = self._given or tuple(dict.fromkeys(servers_of(contract)))
        every = (*contract.operations, *(operation for operation, _ in contract.flawed))
        self._bases = tuple(dict.fromkeys(base for operation in every for base in operation.bases))

    def fit(self, recorded: Recorded, *, any_host: bool = False) -> Fit | None:
        """How the address of an exchange lies below one of the servers: the longest counts."""
        written, mark, query = recorded.exchange.path.partition("?")
        route = normal(written)
        host = None if recorded.address is None or any_host else host_of(recorded.address)
        below = [server for server in self._servers if server.holds(host, route)]
        if not below:
            return None
        best = max(below, key=lambda server: (server.host is not None, len(server.base)))
        rest = route[len(best.base) :]
        routes = [f"{base}{rest}" for base in self._bases] if self._given else [route]
        paths = tuple(f"{each}{mark}{query}" for each in routes)
        return Fit(self, best.host is not None and host is not None, len(best.base), paths)


def given_server(url: str) -> Server:
    """``--server``: an address, without variables."""
    try:
        address = urlsplit(url)
        host = host_of(address)
    except ValueError:
        host = ""
    if not host or address.scheme not in USUAL:
        raise UsageError(f"--server {url!r}: an address such as https://staging.example.com/v1")
    return Server(re.compile(re.escape(host)), normal(address.path.rstrip("/")))


def servers_of(contract: Contract) -> Iterator[Server]:
    """All that the document names; one that names none is served anywhere (OpenAPI 3.1.1, *Server Object*)."""
    root = contract.library.root
    operations = (*contract.operations, *(operation for operation, _ in contract.flawed))
    found = list(addresses_of(root))
    for operation in operations:
        found += list(addresses_of(operation.place, operation.item, root)) or [("", "")]
    for host, base in found:
        yield Server(_pattern(host) if host else None, normal(base))


def _pattern(host: str) -> re.Pattern[str]:
    """A host; what variables without a value in it stand for is open."""
    for port in (80, 443):
        host = host.removesuffix(f":{port}")
    parts = VARIABLE.split(host)
    pattern = "".join("[^/]+" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return re.compile(pattern, re.IGNORECASE)
