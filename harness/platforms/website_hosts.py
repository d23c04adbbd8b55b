"""A website whose scripts have the address of an API fixed in them: what they ask of it goes to the recording proxy.

The page itself is at another origin than where it is published. So the answer is let through for the origin that asks
(Fetch, CORS protocol); whether the API itself allows the published one is not seen here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Error as PlaywrightError

ALLOW = "access-control-allow-"


def answer_hosts(context: Any, hosts: Mapping[str, str]) -> None:
    """``hosts``: origin, with a path if all of it is meant, and the address that answers for it."""
    for host, address in hosts.items():
        context.route(f"{host.rstrip('/')}/**", _handler(host.rstrip("/"), address.rstrip("/")))


def _handler(host: str, address: str) -> Callable[[Any], None]:
    return lambda route: _pass_on(route, address + route.request.url[len(host) :])


def _pass_on(route: Any, url: str) -> None:
    request = route.request
    origin = request.headers.get("origin")
    if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
        route.fulfill(status=204, headers=_allowed(origin, request.headers))
        return
    headers = {name: value for name, value in request.all_headers().items() if not name.startswith(":")}
    headers.pop("host", None)
    try:
        answer = route.fetch(url=url, headers=headers, max_redirects=0)
    except PlaywrightError:
        route.abort("connectionfailed")
        return
    kept = {name: value for name, value in answer.headers.items() if not name.startswith(ALLOW)}
    kept.pop("content-encoding", None)  # Playwright has decoded it
    kept.pop("content-length", None)
    allowed = _allowed(origin, request.headers)
    if allowed:  # by name: with credentials, '*' is a header of that name (Fetch, 3.2.4)
        allowed["access-control-expose-headers"] = ", ".join(kept)
    route.fulfill(response=answer, headers={**kept, **allowed})


def _allowed(origin: str | None, asked: Mapping[str, str]) -> dict[str, str]:
    if origin is None:
        return {}
    allowed = {
        f"{ALLOW}origin": origin,
        f"{ALLOW}credentials": "true",
        f"{ALLOW}methods": asked.get("access-control-request-method", "GET"),
        "vary": "Origin",
    }
    if wanted := asked.get("access-control-request-headers"):
        allowed[f"{ALLOW}headers"] = wanted
    return allowed
