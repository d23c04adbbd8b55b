"""Errors of the API and their problem documents (RFC 9457)."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

TYPE_PREFIX = "https://orange-shop.example/problems/"


class ApiError(Exception):
    """Ends a request with a problem document; subclasses fix status, slug and title."""

    status = 500
    slug = "internal-error"
    title = "Internal error"
    headers: dict[str, str] = {}  # noqa: RUF012 - read only, replaced as a whole by subclasses

    def __init__(self, detail: str, slug: str | None = None, title: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.slug = slug or self.slug
        self.title = title or self.title

    def members(self) -> dict[str, Any]:
        """Extension members of the document."""
        return {}


class MalformedBody(ApiError):
    status, slug, title = 400, "malformed-body", "Malformed body"


class Unauthorized(ApiError):
    status, slug, title = 401, "unauthorized", "Unauthorized"
    headers = {"WWW-Authenticate": 'Bearer realm="orange-shop"'}  # noqa: RUF012


class WrongSignature(ApiError):
    status, slug, title = 401, "wrong-signature", "Wrong signature"
    headers = {"WWW-Authenticate": 'Signature realm="orange-shop-sync"'}  # noqa: RUF012


class Missing(ApiError):
    status, slug, title = 404, "not-found", "Not found"


class Conflict(ApiError):
    status = 409


class TooLarge(ApiError):
    status, slug, title = 413, "body-too-large", "Body too large"


class UnsupportedMediaType(ApiError):
    status, slug, title = 415, "unsupported-media-type", "Unsupported media type"


class Invalid(ApiError):
    """422; `faults` are (in, field, detail)."""

    status, slug, title = 422, "invalid-request", "Invalid request"

    def __init__(self, faults: list[tuple[str, str, str]]) -> None:
        super().__init__(
            "1 field is not valid." if len(faults) == 1 else f"{len(faults)} fields are not valid."
        )
        self.faults = faults

    def members(self) -> dict[str, Any]:
        return {"errors": [{"in": where, "field": field, "detail": why} for where, field, why in self.faults]}


class Unavailable(ApiError):
    status, slug, title = 503, "unavailable", "Unavailable"
    headers = {"Retry-After": "1"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__("Try again in a moment.")


class Closed(ApiError):
    status, slug, title = 503, "closed-for-maintenance", "Closed"
    headers = {"Retry-After": "30"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__("We are back in a moment.")


def to_response(error: ApiError) -> Response:
    """The HTTP response of an error."""
    document = {
        "type": TYPE_PREFIX + error.slug,
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        **error.members(),
    }
    text = json.dumps(document, ensure_ascii=False)
    return Response(text, error.status, error.headers, content_type="application/problem+json")


def install(app: Flask) -> None:
    """Make every failure of `app` a problem document."""

    @app.errorhandler(ApiError)
    def api_error(error: ApiError) -> Response:
        return to_response(error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if isinstance(error, NotFound):
            return to_response(Missing("There is nothing at this address."))
        if isinstance(error, RequestEntityTooLarge):
            return to_response(TooLarge("A body has at most 65536 bytes."))
        plain = ApiError(str(error.description), "refused", "Refused")
        plain.status = error.code or 500
        if isinstance(error, MethodNotAllowed):
            allow = ", ".join(sorted(error.valid_methods or ()))
            plain = ApiError(f"This address takes {allow}.", "method-not-allowed", "Method not allowed")
            plain.status, plain.headers = 405, {"Allow": allow}
        return to_response(plain)

    @app.errorhandler(sqlite3.OperationalError)
    def database_busy(error: sqlite3.OperationalError) -> Response:
        app.logger.warning("database: %s", error)
        return to_response(Unavailable())

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.error("unexpected error", exc_info=error)
        return to_response(ApiError("Something went wrong on our side."))
