"""Problem documents (RFC 9457): the one form in which the website says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.responses import JSONResponse

_BASE = "https://orange-shop.example/problems/"


class Problem(Exception):
    """An answer of 4xx or 5xx. `errors` are {in, field, detail} and belong to 422 only."""

    def __init__(
        self,
        status: int,
        name: str,
        title: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.document: dict[str, object] = {
            "type": _BASE + name,
            "title": title,
            "status": status,
            "detail": detail,
        }
        if errors is not None:
            self.document["errors"] = [dict(error) for error in errors]
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """The HTTP response of this problem."""
        return JSONResponse(
            self.document, self.status, headers=self.headers, media_type="application/problem+json"
        )


def malformed(detail: str) -> Problem:
    """400."""
    return Problem(400, "malformed-body", "Malformed body", detail)


def unauthorized(
    name: str = "unauthorized", title: str = "Unauthorized", detail: str = "Log in first."
) -> Problem:
    """401 with the challenge RFC 9110 asks for."""
    challenge = {"WWW-Authenticate": 'Bearer realm="orange-shop"'}
    return Problem(401, name, title, detail, headers=challenge)


def forbidden() -> Problem:
    """403."""
    return Problem(403, "not-staff", "Not staff", "Only the shop owner may do this.")


def wrong_signature() -> Problem:
    """401 between the backends."""
    challenge = {"WWW-Authenticate": 'Signature realm="orange-shop-sync"'}
    return Problem(
        401, "wrong-signature", "Wrong signature", "X-Sync-Signature is absent or wrong.", headers=challenge
    )


def not_found(detail: str = "There is nothing at this address.") -> Problem:
    """404."""
    return Problem(404, "not-found", "Not found", detail)


def method_not_allowed(allowed: Sequence[str]) -> Problem:
    """405, with every method the address takes."""
    allow = ", ".join(allowed)
    return Problem(
        405,
        "method-not-allowed",
        "Method not allowed",
        f"This address takes {allow}.",
        headers={"Allow": allow},
    )


def conflict(name: str, title: str, detail: str) -> Problem:
    """409."""
    return Problem(409, name, title, detail)


def too_large(limit: int) -> Problem:
    """413."""
    return Problem(413, "body-too-large", "Body too large", f"A body has at most {limit} bytes.")


def unsupported_media_type() -> Problem:
    """415."""
    return Problem(415, "unsupported-media-type", "Unsupported media type", "Send application/json.")


def invalid(errors: Sequence[Mapping[str, str]]) -> Problem:
    """422."""
    fields = "1 field is" if len(errors) == 1 else f"{len(errors)} fields are"
    return Problem(422, "invalid-request", "Invalid request", f"{fields} not valid.", errors=errors)


def unavailable() -> Problem:
    """503."""
    return Problem(503, "unavailable", "Unavailable", "Try again in a moment.", headers={"Retry-After": "1"})


def closed() -> Problem:
    """503 while the shop is closed."""
    return Problem(
        503, "closed-for-maintenance", "Closed", "We are back in a moment.", headers={"Retry-After": "30"}
    )
