"""The security schemes of a contract: what its credentials are called on the wire is masked from then on."""

from __future__ import annotations

from typing import Any

from harness.core import masking


def declare_credentials(document: dict[str, Any]) -> None:
    """Headers, parameters and cookies that carry what proves who somebody is (OpenAPI, *Security Scheme Object*)."""
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    by_place: dict[str, list[str]] = {}
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        if isinstance(scheme, dict) and scheme.get("type") == "apiKey":
            by_place.setdefault(str(scheme.get("in")), []).append(str(scheme.get("name")))
    if by_place:
        masking.declare(
            headers=by_place.get("header", ()),
            parameters=by_place.get("query", ()),
            cookies=by_place.get("cookie", ()),
        )
