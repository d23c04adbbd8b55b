"""Recorded traffic: the proxy process on every edge, and the reader that says whose exchange it was.

The proxy is imported only by its own process: reading traffic needs no HTTP server.
"""

from __future__ import annotations

from harness.traffic.attribution import Attributed, Parent, Trace, exchanges_of, parse
from harness.traffic.edges import Edge, EdgesPlan
from harness.traffic.settings import TrafficSettings

__all__ = ["Attributed", "Edge", "EdgesPlan", "Parent", "Trace", "TrafficSettings", "exchanges_of", "parse"]
