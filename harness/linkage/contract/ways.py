"""The ways on which data leaves one participant's service for another's, as far as proxies stand on them."""

from __future__ import annotations

from dataclasses import dataclass

from harness.linkage.participants.participant import Participant


@dataclass(frozen=True, slots=True)
class Ways:
    """``edges``: pairs of services that a proxy stands between; ``relays``: services that pass on what others say, such
    as a queue; ``drains``: whether the services tell when nothing is under way.
    """

    edges: frozenset[tuple[str, str]] = frozenset()
    relays: frozenset[str] = frozenset()
    drains: bool = True

    def way(self, writer: Participant, reader: Participant) -> tuple[str, str] | None:
        """The edge by which data leaves one participant's service for the other's: their own, else that to a relay
        which passes it on or is asked for it. None where no proxy stands there.
        """
        source, target = writer.service, reader.service
        if (source, target) in self.edges:
            return source, target
        for relay in sorted(self.relays):
            if (source, relay) in self.edges and {(relay, target), (target, relay)} & self.edges:
                return source, relay
        return None
