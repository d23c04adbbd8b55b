"""Where a datum was last seen on its way: the requests between services that a write set off.

Services that pass ``traceparent`` on (W3C Trace Context) make this exact; without it, or without a proxy
between them, it says that it cannot know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.core.exchange import SAFE_METHODS
from harness.core.text import Text
from harness.linkage.contract.ways import Ways
from harness.linkage.participants.participant import Participant
from harness.linkage.promises import words
from harness.traffic.attribution import AttributedSummary


class Hops:
    """The recorded exchanges of one trace. ``edges``: pairs of services that a proxy stands between; ``relays``:
    services that pass on what others say, such as a queue.
    """

    def __init__(
        self,
        so_far: Callable[[], Sequence[AttributedSummary]],
        edges: frozenset[tuple[str, str]],
        relays: frozenset[str] = frozenset(),
    ) -> None:
        self._so_far, self._edges, self._relays = so_far, edges, relays
        self._ways = Ways(edges, relays)

    def recorded(self, writer: Participant, reader: Participant) -> bool:
        """Whether a proxy stands on the way from one participant's service to the other's."""
        return self.way(writer, reader) is not None

    def way(self, writer: Participant, reader: Participant) -> tuple[str, str] | None:
        """The edge by which data leaves one participant's service for the other's: their own, else that to a relay
        which passes it on or is asked for it. None where no proxy stands there.
        """
        return self._ways.way(writer, reader)

    def asks(self, reader: Participant, writer: Participant) -> bool:
        """Whether the reader's service asks the writer's when it is read: then nothing is on its way beforehand."""
        return any(
            (seen.summary.source, seen.summary.target) == (reader.service, writer.service)
            and seen.summary.method in SAFE_METHODS
            for seen in self._so_far()
        )

    def last(self, writer: Participant, reader: Participant) -> Text:
        """In words: how far it came from one participant's service to the other's."""
        source, target = writer.service, reader.service
        if source == target:
            return words.ONE_SERVICE.format(source=source)
        between = {source, target, *self._relays}
        crossed = [
            seen.summary
            for seen in self._so_far()
            if seen.summary.source in between and seen.summary.target in between
        ]
        if crossed:
            last = crossed[-1]
            answer = words.NO_ANSWER if last.status is None else str(last.status)
            request = f"{last.method} {last.path.partition('?')[0]}"
            return words.LAST_SEEN.format(edge=f"{last.source}→{last.target}", request=request, answer=answer)
        if not self.way(writer, reader) and (target, source) not in self._edges:
            return words.NOTHING_RECORDED.format(source=source, target=target)
        return words.NOTHING_FOLLOWED.format(source=source, target=target)
