"""Times as the contracts write them (RFC 3339, UTC, milliseconds) and ids of members."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from demo.website.settings import MEMBER_ID_KEY


def now() -> str:
    """The present time."""
    return _written(datetime.now(UTC))


def later_than(past: str) -> str:
    """The present time, or a millisecond after `past` should the clock stand behind it."""
    earliest = datetime.fromisoformat(past) + timedelta(milliseconds=1)
    return _written(max(datetime.now(UTC), earliest))


def shifted(moment: str, by: timedelta) -> str:
    """Another moment."""
    return _written(datetime.fromisoformat(moment) + by)


def member_id_of(phone: str) -> str:
    """The member id both backends make from a phone."""
    return "m_" + hmac.new(MEMBER_ID_KEY, phone.encode(), hashlib.sha256).hexdigest()[:16]


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
