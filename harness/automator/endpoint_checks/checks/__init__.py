"""The checks, a module for each domain of the protocol."""

from __future__ import annotations

DOMAINS = (
    "tool",
    "routes",
    "lifecycles",
    "service",
    "page_data",
    "elements",
    "components",
    "events",
    "inputs",
    "wx_calls",
    "mocks",
    "bindings",
    "exceptions",
    "screenshots",
    "errors",
)
