"""Configuration from the environment. Anything unusable raises ConfigError with one clear sentence."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

FAULT_IDS = (
    "account-wrong-binding",
    "contract-cart-total",
    "contract-empty-answer",
    "contract-forbidden-not-unauthorized",
    "contract-ledger-guessed",
    "contract-limit-unchecked",
    "contract-null-left-out",
    "contract-other-creation-time",
    "contract-other-price",
    "contract-refund-in-yuan",
    "contract-refund-key-conflict",
    "contract-search-beginnings",
    "contract-short-page",
    "contract-status-renamed",
    "contract-time-without-milliseconds",
    "linkage-binding-points-late",
    "linkage-binding-points-twice",
    "linkage-binding-untold",
    "linkage-cancel-keeps-stock",
    "linkage-cancellation-untold",
    "linkage-category-rebuild",
    "linkage-copy-read-by-anybody",
    "linkage-copy-read-by-others",
    "linkage-country-code",
    "linkage-description-cut",
    "linkage-description-forgotten",
    "linkage-earned-forgotten",
    "linkage-event-noted-early",
    "linkage-key-per-second",
    "linkage-merge-keeps-default",
    "linkage-nickname-arrival-order",
    "linkage-nickname-coarse-time",
    "linkage-nickname-cut",
    "linkage-nickname-echo",
    "linkage-nickname-late",
    "linkage-nickname-replay",
    "linkage-nickname-return-lost",
    "linkage-one-of-each-taken",
    "linkage-openid-rebound",
    "linkage-order-coarse-time",
    "linkage-order-every-fifth",
    "linkage-order-sent-once",
    "linkage-orders-collapsed",
    "linkage-points-by-openid",
    "linkage-points-by-query",
    "linkage-points-cache-shared",
    "linkage-points-cached",
    "linkage-points-spent-rounded",
    "linkage-points-two-workers",
    "linkage-position-forgotten",
    "linkage-price-whole-yuan",
    "linkage-product-cached",
    "linkage-product-change-ignored",
    "linkage-product-coarse-time",
    "linkage-product-list-stale",
    "linkage-product-two-workers",
    "linkage-refund-keeps-stock",
    "linkage-refund-rounded",
    "linkage-refunded-ignored",
    "linkage-relisted-lost",
    "linkage-stock-two-workers",
    "linkage-stock-zero-lost",
    "linkage-withdrawn-listed",
    "linkage-withdrawn-orderable",
)

# Agreed with the website team, not configurable: ids of members must agree for ever.
MEMBER_ID_SECRET = "orange-shop/member-id/v1"

DEFAULT_NICKNAME = "微信用户"
#: "Set" by nobody: any nickname a person chose is later than this.
NOBODY_CHOSE = "1970-01-01T00:00:00.000Z"


class ConfigError(Exception):
    """The environment is not usable."""


def faults_in(text: str) -> frozenset[str]:
    """The faults a text names, separated by commas. Raises ConfigError."""
    faults = frozenset(name.strip() for name in text.split(",") if name.strip())
    for name in sorted(faults):
        if name not in FAULT_IDS:
            raise ConfigError(f"unknown fault {name!r} in FAULTS; this service has: {', '.join(FAULT_IDS)}")
    return faults


def _env(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


@dataclass(frozen=True)
class Config:
    """Everything that differs between installations."""

    port: int
    database: Path
    website_url: str
    wechat_url: str
    wechat_appid: str
    wechat_secret: str = field(repr=False)
    sync_key: str = field(repr=False)
    fixed_code: str = field(repr=False)
    maintenance_ticket: str
    faults: frozenset[str]
    fault_switch: bool
    log_level: str

    @classmethod
    def load(cls) -> Config:
        """Read PORT, DATA_DIR, PEER_URL, WECHAT_*, SYNC_KEY, ONE_TIME_CODE,
        MAINTENANCE_TICKET, FAULTS, FAULT_SWITCH, LOG_LEVEL.
        """
        port = _env("PORT", "8002")
        if not (port.isascii() and port.isdigit() and int(port) < 65536):
            raise ConfigError(f"PORT must be a port number, not {port!r}")
        code = _env("ONE_TIME_CODE")
        if code and not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise ConfigError("ONE_TIME_CODE must have six digits")
        return cls(
            port=int(port),
            database=Path(_env("DATA_DIR", ".")) / "miniprogram.sqlite3",
            website_url=_env("PEER_URL").rstrip("/"),
            wechat_url=_env("WECHAT_URL", "http://127.0.0.1:8003").rstrip("/"),
            wechat_appid=_env("WECHAT_APPID", "wxdemo0000000001"),
            wechat_secret=_env("WECHAT_SECRET", "demo-secret"),
            sync_key=_env("SYNC_KEY", "orange-shop-sync"),
            fixed_code=code,
            maintenance_ticket=_env("MAINTENANCE_TICKET"),
            faults=faults_in(_env("FAULTS")),
            fault_switch=_env("FAULT_SWITCH") == "1",
            log_level=_env("LOG_LEVEL", "warning").upper(),
        )
