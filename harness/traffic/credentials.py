"""Which headers are credentials that no contract names: who sets them by a hook says so, beside them.

What they are called is masked on every edge from then on; that they were told goes no further.
"""

from __future__ import annotations

from harness.core.exchange import CREDENTIALS
from harness.core.masking import declare
from harness.traffic.headers import Pairs

_NAME = CREDENTIALS.lower()


def noted(headers: Pairs) -> Pairs:
    """The headers without what they tell the proxy, which is declared."""
    told = [value for name, value in headers if name.lower() == _NAME]
    if not told:
        return headers
    declare(headers=(name.strip() for value in told for name in value.split(",") if name.strip()))
    return tuple((name, value) for name, value in headers if name.lower() != _NAME)
