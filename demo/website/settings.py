"""Settings of the website, read from the environment once. Owns names, defaults and their checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: Planted faults this service can show, see demo/faults/catalogue.yaml.
KNOWN_FAULTS = frozenset(
    {
        "contract-any-media-type",
        "contract-any-size",
        "contract-anybodys-order",
        "contract-anybody-is-staff",
        "contract-change-forgotten",
        "contract-cost-price-leaked",
        "contract-description-null",
        "contract-discount-forgotten",
        "contract-key-ignored",
        "contract-max-price-exclusive",
        "contract-no-retry-after",
        "contract-open-while-closed",
        "contract-page-overlaps",
        "contract-points-text",
        "contract-price-with-fraction",
        "contract-problem-media-type",
        "contract-server-error",
        "contract-session-without-cookie",
        "contract-sort-ignored",
        "contract-stock-not-kept",
        "contract-unknown-members-taken",
        "linkage-balance-forgets-undone",
        "linkage-cancel-by-others",
        "linkage-cancel-resent",
        "linkage-category-only-first",
        "linkage-category-zero-lost",
        "linkage-commit-twice",
        "linkage-key-per-session",
        "linkage-member-time-zone",
        "linkage-nickname-change-untold",
        "linkage-nickname-question-marks",
        "linkage-nickname-two-workers",
        "linkage-nickname-website-wins",
        "linkage-order-doubled",
        "linkage-order-replica",
        "linkage-order-unlisted",
        "linkage-order-version-text",
        "linkage-outbox-limit",
        "linkage-oversold-at-once",
        "linkage-oversold-by-one",
        "linkage-payment-resent",
        "linkage-payment-untold",
        "linkage-phone-login-refused",
        "linkage-points-at-once",
        "linkage-points-before-payment",
        "linkage-points-overspent",
        "linkage-points-page",
        "linkage-points-rounded",
        "linkage-points-same-second",
        "linkage-product-late",
        "linkage-product-second-lost",
        "linkage-products-collapsed",
        "linkage-refund-dropped",
        "linkage-refund-keeps-earned",
        "linkage-refunds-read-by-others",
        "linkage-reservation-twice",
        "linkage-retry-given-up",
        "linkage-second-item-unchecked",
        "linkage-welcome-twice",
        "linkage-withdrawal-untold",
        "sync-entry-booked-twice",
        "sync-member-lost",
    }
)

#: Both teams hold this key; it makes the same member id from the same phone on either side.
MEMBER_ID_KEY = b"orange-shop/member-id/v1"


class SettingsError(Exception):
    """The environment is not usable; the message says which variable and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one website process needs. `peer_url` None: events wait in the outbox."""

    port: int
    data_dir: Path
    peer_url: str | None
    sync_key: bytes
    one_time_code: str | None
    maintenance_ticket: str | None
    faults: frozenset[str]
    fault_switch: bool
    log_level: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read PORT, DATA_DIR, PEER_URL, SYNC_KEY, ONE_TIME_CODE, MAINTENANCE_TICKET, FAULTS,
        FAULT_SWITCH, LOG_LEVEL. Raises SettingsError.
        """
        port = environment.get("PORT", "8001")
        if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
            raise SettingsError(f"PORT is {port!r}; it must be a port number")
        code = environment.get("ONE_TIME_CODE") or None
        if code is not None and not re.fullmatch("[0-9]{6}", code):
            raise SettingsError("ONE_TIME_CODE must be six digits")
        return cls(
            port=int(port),
            data_dir=Path(environment.get("DATA_DIR", ".")),
            peer_url=(environment.get("PEER_URL") or "").rstrip("/") or None,
            sync_key=environment.get("SYNC_KEY", "orange-shop-sync").encode(),
            one_time_code=code,
            maintenance_ticket=environment.get("MAINTENANCE_TICKET") or None,
            faults=faults_named(environment.get("FAULTS", "")),
            fault_switch=environment.get("FAULT_SWITCH") == "1",
            log_level=environment.get("LOG_LEVEL", "warning").lower(),
        )


def faults_named(text: str) -> frozenset[str]:
    """The faults FAULTS names. Raises SettingsError."""
    asked = frozenset(part.strip() for part in text.split(",") if part.strip())
    unknown = sorted(asked - KNOWN_FAULTS)
    if unknown:
        known = ", ".join(sorted(KNOWN_FAULTS))
        raise SettingsError(f"FAULTS names {', '.join(unknown)}; the website knows only {known}")
    return asked
