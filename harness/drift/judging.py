"""One recorded exchange against the contracts: judged, unchecked with the reason, out of scope, or undocumented.

The check is that of the recording proxies. What a recording cannot show, because its exporter left it out or somebody
masked it, is taken back here: it breaks nothing, and is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.contracts import Operation, Violation, check
from harness.contracts.http_answers import NOT_MODIFIED, READS
from harness.contracts.index import Found
from harness.contracts.violations import NOTHING
from harness.core.exchange import Exchange
from harness.core.silence_words import CHECK_FAILED
from harness.core.text import Text
from harness.drift.masked_values import STARS, is_about_masked
from harness.drift.reading import Recorded
from harness.drift.reading.recorded import GAPS, Excluded, Gap
from harness.drift.servers import Api, Fit
from harness.traffic.pages import is_page_or_file

AT = Text(zh="{gap}（{where}）", en="{gap} ({where})")
SOCKETS = ("ws", "wss")
SPOKEN = ("http", "https")
# What exporters leave out of all that they save, so that nobody's session gets about.
CREDENTIALS = ("cookie", "set-cookie", "authorization", "proxy-authorization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one exchange.

    ``violations`` and ``gaps`` are of its ``operation``; ``status`` is the one that is meant. ``doubtful`` are
    violations that a gap leaves open; ``body`` says whether the body of the answer was judged. ``undeclared`` are the
    names of its query that the contract does not have, which breaks none. Without an operation either ``excluded``
    says why no contract was asked, or ``undocumented`` names what none of them holds. ``sure``: a server of a contract
    names the host. ``elsewhere``: the server that it would be of, were that one of a contract.
    """

    recorded: Recorded
    operation: Operation | None = None
    status: int | None = None
    violations: tuple[Violation, ...] = ()
    doubtful: tuple[Violation, ...] = ()
    gaps: tuple[tuple[Gap, Text], ...] = ()
    whole: bool = True
    body: bool = True
    undeclared: tuple[str, ...] = ()
    excluded: Excluded | None = None
    undocumented: str | None = None
    sure: bool = False
    elsewhere: str | None = None


class Judge:
    """The contracts of a comparison."""

    def __init__(self, apis: Sequence[Api]) -> None:
        self._apis = tuple(apis)

    def __call__(self, recorded: Recorded) -> Judged:
        """An error of the check itself is a gap, and nobody's violation."""
        exchange, address = recorded.exchange, recorded.address
        if recorded.destination == "websocket" or (address is not None and address.scheme in SOCKETS):
            return Judged(recorded=recorded, excluded="websocket")
        if address is not None and address.scheme not in SPOKEN:
            return Judged(recorded=recorded, excluded="elsewhere")
        fits = self._fits(recorded)
        if not fits:
            elsewhere = self._elsewhere(recorded)
            return Judged(recorded=recorded, excluded="elsewhere", elsewhere=elsewhere)
        for fit in fits:
            found = fit.find(exchange.method)
            if found is not None and (address is not None or found[0].operation.serves(exchange.target)):
                return self._judged(recorded, fit, *found)
        return self._without(recorded, fits[0])

    def _fits(self, recorded: Recorded) -> list[Fit]:
        fits = [fit for api in self._apis if (fit := api.fit(recorded)) is not None]
        return sorted(fits, key=lambda fit: (fit.named, fit.length), reverse=True)

    def _elsewhere(self, recorded: Recorded) -> str | None:
        """The server that it would be of, were that one of a contract's: it holds one of its operations there."""
        for api in self._apis:
            fit = api.fit(recorded, any_host=True)
            if fit is not None and recorded.address and fit.find(recorded.exchange.method) is not None:
                return f"{recorded.address.scheme}://{recorded.host}{recorded.exchange.path[: fit.length]}"
        return None

    def _without(self, recorded: Recorded, fit: Fit) -> Judged:
        """No contract holds its operation."""
        exchange = recorded.exchange
        asked = exchange.request.header("access-control-request-method")
        if exchange.method == "OPTIONS" and (asked or recorded.destination == "preflight"):
            return Judged(recorded=recorded, excluded="preflight")
        if recorded.destination or is_page_or_file(exchange):
            return Judged(recorded=recorded, excluded="page")
        name = fit.api.index.name(exchange.method, fit.paths[0])
        return Judged(recorded=recorded, undocumented=name, sure=fit.named)

    def _judged(self, recorded: Recorded, fit: Fit, found: Found, path: str) -> Judged:
        operation = found.operation
        base = Judged(recorded=recorded, operation=operation, status=recorded.exchange.status, sure=fit.named)
        if recorded.whole is not None:
            return replace(base, gaps=(recorded.whole,), whole=False)
        if (flaw := fit.api.index.flaw_of(operation)) is not None:
            return replace(base, gaps=(("unread", flaw.reason),), whole=False)
        exchange = replace(recorded.exchange, path=path)
        try:
            checked = check(exchange, fit.api.index)
            refused = exchange.status is not None and 400 <= exchange.status < 500
            undeclared = [] if refused else fit.api.index.check_of(operation).undeclared(exchange)
            violations, doubtful, gaps = _shown(recorded, exchange, found, checked.violations)
        except Exception as error:
            words = CHECK_FAILED.format(seen=f"{type(error).__name__}: {error}")
            return replace(base, gaps=(("check failed", words),), whole=False)
        if recorded.destination and any(each.code == "undocumented-content-type" for each in violations):
            return Judged(recorded=recorded, excluded="page")
        if "request.body" in recorded.unsaved and "requestBody" in operation.place.value:
            gaps.append(("no body", AT.format(gap=GAPS["no body"], where="request.body")))
        gaps += [("unread", part.words) for part in checked.unchecked]
        status = exchange.status if checked.meant is None else checked.meant
        unread = any(part.words.en.startswith("response.body") for part in checked.unchecked)
        return replace(
            base,
            status=status,
            violations=tuple(violations),
            doubtful=tuple(doubtful),
            gaps=tuple(dict.fromkeys(gaps)),
            undeclared=tuple(undeclared),
            body=not unread and "response.body" not in recorded.unsaved,
        )


def _shown(
    recorded: Recorded, exchange: Exchange, found: Found, violations: Sequence[Violation]
) -> tuple[list[Violation], list[Violation], list[tuple[Gap, Text]]]:
    """The violations that the recording does show, those that it leaves open, and the gaps for which it does."""
    kept: list[Violation] = []
    doubtful: list[Violation] = []
    gaps: list[tuple[Gap, Text]] = []
    for violation in violations:
        gap = _gap(recorded, exchange, found, violation)
        if gap is None:
            kept.append(violation)
        else:
            doubtful.append(violation)
            gaps.append((gap, AT.format(gap=GAPS[gap], where=violation.where)))
    return kept, doubtful, gaps


def _gap(recorded: Recorded, exchange: Exchange, found: Found, violation: Violation) -> Gap | None:
    """Why a violation is none: what it misses or dislikes was never in the file as it was on the wire."""
    where = violation.where
    if any(where.startswith(body) for body in recorded.unsaved):
        return "no body"
    if (
        exchange.status == NOT_MODIFIED
        and exchange.method in READS
        and violation.code == "undocumented-status"
    ):
        return "cache"  # the browser puts its condition below what it records
    if violation.seen == NOTHING and _is_left_out(recorded, exchange, where):
        return "left out"
    if is_about_masked(exchange, found, violation):
        return "masked"
    return None


def _is_left_out(recorded: Recorded, exchange: Exchange, where: str) -> bool:
    """Whether a header or a cookie is missing where the exporter may have left it out."""
    side, _, rest = where.partition(".")
    location, _, name = rest.partition("/")
    if location not in ("header", "headers", "cookie"):
        return False
    if side in recorded.bare:
        return True
    if location == "cookie":
        cookies = exchange.request.header("cookie")
        return cookies is None or STARS.search(cookies) is not None
    return name.lower() in CREDENTIALS
