"""Where a datum was last seen on its way: the requests between services that a write set off.

Services that pass ``traceparent`` on (W3C Trace Context) make this exact; without it, or without a proxy
between them, it says that it cannot know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.core.text import Text
from harness.linkage.participants.participant import Participant
from harness.linkage.promises import words
from harness.traffic.attribution import AttributedSummary


class Hops:
    """The recorded exchanges of one trace. ``edges``: pairs of services that a proxy stands between."""

    def __init__(
        self, so_far: Callable[[], Sequence[AttributedSummary]], edges: frozenset[tuple[str, str]]
    ) -> None:
        self._so_far, self._edges = so_far, edges

    def recorded(self, writer: Participant, reader: Participant) -> bool:
        """Whether a proxy stands on the way from one participant's service to the other's."""
        return (writer.backend.name, reader.backend.name) in self._edges

    def last(self, writer: Participant, reader: Participant) -> Text:
        """In words: how far it came from one participant's service to the other's."""
        source, target = writer.backend.name, reader.backend.name
        if source == target:
            return words.ONE_SERVICE.format(source=source)
        crossed = [
            seen.summary
            for seen in self._so_far()
            if {seen.summary.source, seen.summary.target} == {source, target}
        ]
        if crossed:
            last = crossed[-1]
            answer = words.NO_ANSWER if last.status is None else str(last.status)
            request = f"{last.method} {last.path.partition('?')[0]}"
            return words.LAST_SEEN.format(edge=f"{last.source}→{last.target}", request=request, answer=answer)
        if not self._edges & {(source, target), (target, source)}:
            return words.NOTHING_RECORDED.format(source=source, target=target)
        return words.NOTHING_FOLLOWED.format(source=source, target=target)
