"""The proxy's judge: which contracts hold on an edge, asked for each exchange, before anything is masked."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.contracts import Checked, Contract, Index, check, load
from harness.contracts.violations import CHECKS, identity_of
from harness.core.codec import Codec
from harness.core.exchange import Exchange
from harness.core.payloads import Coverage
from harness.core.payloads.traffic import UncheckedReason
from harness.core.silence_words import CHECK_FAILED
from harness.core.text import joined
from harness.traffic.covering import Covering
from harness.traffic.edges import Edge
from harness.traffic.pages import is_page_or_file


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Why an exchange was not checked, by kind and in words."""

    reason: UncheckedReason
    words: str


NO_CONTRACT = Unchecked("no contract", "no contract holds on this edge")
PAGE = Unchecked("page", "a page or a file, not the API")
PREFLIGHT = Unchecked("preflight", "a CORS preflight")  # Fetch standard, section CORS-preflight fetch
UNDOCUMENTED = Unchecked("undocumented", "no document holds this operation")
# Whoever asked may well be right: it is the harness that lacks it.
NOT_PROVIDED = Unchecked("not provided", "the harness's own stand-in does not provide this operation")
NEVER_SENT = ("refused", "made unreachable")
# Said of an exchange wherever it happens; what is wrong with a body matters only where a contract holds.
SAID_ANYWHERE = ("no answer", "client left", "cut short", "refused", "made unreachable", "websocket")


@dataclass(frozen=True, slots=True)
class Judgement:
    """``operation`` is its place in the contract; ``undocumented`` the name of an operation that no document
    holds. ``unchecked`` says why nothing was checked, else None; ``meant`` is the status that the answer's
    envelope means, None where it has none; ``waived`` are the identities of violations that the project's
    list of waivers excuses: they are no ``violations``.
    """

    operation: str | None = None
    operation_id: str | None = None
    violations: tuple[dict[str, Any], ...] = ()
    unchecked: Unchecked | None = None
    meant: int | None = None
    waived: tuple[str, ...] = ()
    undocumented: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "operation": self.operation,
            "operation_id": self.operation_id,
            "violations": list(self.violations),
            "checked": self.unchecked is None,
            "unchecked": self.unchecked and self.unchecked.words,
            "reason": self.unchecked and self.unchecked.reason,
            "meant": self.meant,
            "waived": list(self.waived),
            "undocumented": self.undocumented,
        }


class Judge:
    """The contracts of one edge, and the codec of what passes there."""

    def __init__(self, edge: Edge, contracts: Mapping[Path, Contract], codec: Codec | None = None) -> None:
        self.codec = codec
        found = [contracts[path] for path in edge.contracts]
        self._index = Index(found, service=edge.target) if found else None
        self._api, self._health = tuple(edge.api), edge.health
        self._envelope, self._stand_in = edge.envelope, edge.stand_in
        self._waived = frozenset(edge.waived)
        self._covering = None if self._index is None else Covering(self._index, edge.source, edge.envelope)

    @property
    def index(self) -> Index | None:
        """The operations of the edge; None where no contract holds on it."""
        return self._index

    def __call__(self, exchange: Exchange, incomplete: Unchecked | None = None) -> Judgement:
        """Judge a whole exchange; of an ``incomplete`` one only the operation is found.

        Never raises: an error of the check itself must not disturb the traffic. It is said on stderr and in
        ``unchecked``, and what is unchecked is never green.
        """
        page = exchange.method in ("GET", "HEAD") and not exchange.path.startswith(self._api)
        if self._index is None or page:
            if incomplete is not None and incomplete.reason in SAID_ANYWHERE:
                return Judgement(unchecked=incomplete)
            return Judgement(unchecked=NO_CONTRACT if self._index is None else PAGE)
        meant: int | None = None
        waived: tuple[str, ...] = ()
        try:
            if incomplete is not None:
                operation = self._index.match(exchange.method, exchange.path)
                violations: tuple[dict[str, Any], ...] = ()
            else:
                checked = check(exchange, self._index, envelope=self._envelope)
                operation = checked.operation
                meant = checked.meant
                violations, waived = self._sorted(checked)
                if checked.unchecked:
                    reason: UncheckedReason = "encoding" if _is_coded(exchange) else "unread"
                    incomplete = Unchecked(reason, joined(part.words for part in checked.unchecked).en)
            if operation is None:
                return self._undocumented(exchange, self._index, incomplete)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            words = CHECK_FAILED.format(seen=f"{type(error).__name__}: {error}").en
            return Judgement(unchecked=Unchecked("check failed", words))
        return Judgement(operation.pointer, operation.id, violations, incomplete, meant, waived)

    def _undocumented(self, exchange: Exchange, index: Index, incomplete: Unchecked | None) -> Judgement:
        """No document holds its operation. It is named, unless documents of an API would not hold it anyway."""
        path = exchange.path.partition("?")[0]
        if incomplete is not None and (incomplete.reason in NEVER_SENT or incomplete.reason == "websocket"):
            return Judgement(unchecked=incomplete)
        if exchange.method == "OPTIONS" and exchange.request.header("access-control-request-method"):
            return Judgement(unchecked=PREFLIGHT)
        if path == self._health or is_page_or_file(exchange):
            return Judgement(unchecked=PAGE)
        if self._stand_in:
            return Judgement(unchecked=NOT_PROVIDED)
        return Judgement(unchecked=incomplete or UNDOCUMENTED, undocumented=index.name(exchange.method, path))

    def _sorted(self, checked: Checked) -> tuple[tuple[dict[str, Any], ...], tuple[str, ...]]:
        """The violations that count, and the identities of those that are excused."""
        counted, waived = [], []
        for violation in checked.violations:
            operation = checked.operation.pointer if checked.operation else ""
            identity = identity_of(operation, CHECKS.get(violation.code, violation.code), violation.pointer)
            if identity in self._waived:
                waived.append(identity)
            else:
                counted.append(violation.to_json())
        return tuple(counted), tuple(waived)

    def covered(self, exchange: Exchange) -> Coverage | None:
        """What the exchange shows of its contract that none before it did; as :meth:`__call__`, never raises."""
        if self._covering is None:
            return None
        try:
            return self._covering(exchange)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return None


def _is_coded(exchange: Exchange) -> bool:
    """Whether a body is still in its content coding, and nobody is at fault for that."""
    flaws = (message.flaw for message in (exchange.request, exchange.response) if message is not None)
    return any(flaw is not None and flaw.expected is None for flaw in flaws)


def judges(edges: Sequence[Edge], readable: Sequence[Path] = ()) -> dict[str, Judge]:
    """One judge per edge name; each contract is read once. UsageError for one that cannot be, or a codec.

    ``readable``: the folders that contracts may refer into.
    """
    paths = dict.fromkeys(path for edge in edges for path in edge.contracts)
    contracts = {path: load(path, readable=readable) for path in paths}
    codecs = {address: address.load() for address in {edge.codec for edge in edges} if address is not None}
    return {edge.name: Judge(edge, contracts, codecs[edge.codec] if edge.codec else None) for edge in edges}
