"""Headers and cookies: what of them is a credential."""

from __future__ import annotations

import re

from harness.core.masking.digests import MARK, digest
from harness.core.masking.named import mask_named
from harness.core.masking.names import Secrecy, secrecy_of
from harness.core.masking.pairs import mask_text
from harness.core.masking.rules import current, spelled

_COOKIES = ("cookie", "set-cookie", "cookie2", "set-cookie2")
# Of headers this last word says more than of fields: X-Ca-Key, X-App-Key.
_LAST = re.compile(r"(?:^|[-_])(?:key|auth|authentication|sign|nonce-key|secret|token|ticket)$")
_NO_CREDENTIAL = frozenset(
    "idempotency-key x-idempotency-key sec-websocket-key surrogate-key cache-key".split()
)


def is_secret_header(name: str) -> bool:
    """Whether a header is a credential: as a contract or the project declares it, or by its name."""
    lower = name.lower()
    rules = current()
    if lower in rules.headers:
        return True
    if lower in _NO_CREDENTIAL or re.sub(r"[\W_]", "", lower) in rules.excepted:
        return False
    return lower in _COOKIES or secrecy_of(name) is Secrecy.SECRET or _LAST.search(lower) is not None


def is_secret_parameter(location: str, name: str) -> bool:
    """Whether a parameter is a credential; ``location`` as OpenAPI has it."""
    if location == "header":
        return is_secret_header(name)
    declared = current().cookies if location == "cookie" else current().parameters
    return spelled(name) in declared or secrecy_of(name) is Secrecy.SECRET


def mask_header(name: str, value: str) -> str:
    """The value of a header as it may be written. Of cookies only their values are hidden."""
    if not value or value.startswith(MARK):
        return value
    lower = name.lower()
    if is_secret_header(name):
        if lower.endswith("authorization"):
            scheme, space, credential = value.partition(" ")
            if space and not credential.startswith(MARK):
                return f"{scheme} {digest(credential)}" if scheme.isalpha() else digest(value)
            return value if space else digest(value)
        return digest(value)
    if lower == "sec-websocket-protocol":
        return _protocols(value)
    if (secrecy := secrecy_of(name)) not in (Secrecy.NONE, Secrecy.CODE):
        value = mask_named(secrecy, value)
    return mask_text(value)


def _protocols(value: str) -> str:
    """A browser's socket has no header for a credential: it goes beside a protocol that says so."""
    first, *others = value.split(",")
    if not re.search(r"(?i)bearer|token|auth|jwt", first):
        return mask_text(value)
    return ",".join((first, *(f" {digest(each.strip())}" for each in others)))
