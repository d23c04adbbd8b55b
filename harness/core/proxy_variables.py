"""The proxy variables of the environment: they are for the way out, never for the system under test.

Everything of a run meets on the loopback interface, where our recording proxies listen. A company's proxy
would get each generated request with its credentials, and its refusal would look like the product's.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
EXCEPTIONS = ("no_proxy", "NO_PROXY")
"""Programs read the one or the other, or the first that is there."""


def except_loopback(environ: MutableMapping[str, str]) -> None:
    """Let no proxy be asked for addresses of this machine; hosts already excepted stay so."""
    excepted = [part.strip() for name in EXCEPTIONS for part in environ.get(name, "").split(",")]
    hosts = ",".join(dict.fromkeys(filter(None, (*excepted, *LOOPBACK))))
    for name in EXCEPTIONS:
        environ[name] = hosts


def proxy_variables(environ: Mapping[str, str]) -> list[str]:
    """The names of the variables that name a proxy, as they are spelt."""
    return sorted(name for name, value in environ.items() if name.lower() in PROXIES and value)
