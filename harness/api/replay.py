"""One request as it can be kept and sent again: without credentials, phone numbers left open.

A waiver keeps the case that shows its finding. Who sends it is a name (a user, or nobody); the token is got
anew. Phone numbers stand as ``${PHONE}`` and are sent as a number that belongs to nobody in particular; what else is
secret or personal is a stand-in of the same form, which a schema takes or refuses as it did the value.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from harness.api.curl import CLIENT_HEADERS
from harness.core.exchange import Exchange
from harness.core.masking import (
    PHONE,
    is_secret_header,
    mask_body,
    mask_header,
    mask_target,
    sendable,
)

OPEN = "${PHONE}"
ANY_PHONE = "13800138000"


class Replay(BaseModel):
    """A request. ``path`` is the request target with its query; ``base64`` where the body is not UTF-8."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str
    path: str = Field(pattern="^/")
    headers: dict[str, str] = Field(default_factory=dict)
    body: str | None = None
    base64: str | None = None
    nobody: bool = Field(default=False, description="sent without credentials")

    @classmethod
    def of(cls, exchange: Exchange, template: str = "") -> Self:
        """The case of a recorded request; ``template`` is the path of its operation."""
        request, body, base64 = exchange.request, None, None
        with sendable():
            content = mask_body(request.body, request.header("content-type") or "")
            path = mask_target(exchange.path, template)
            headers = {
                name: PHONE.sub(OPEN, mask_header(name, value))
                for name, value in request.headers
                if not is_secret_header(name) and name.lower() not in CLIENT_HEADERS
            }
        if content:
            try:
                body = content.decode()
            except UnicodeDecodeError:
                base64 = b64encode(content).decode()
        return cls(
            method=exchange.method,
            path=PHONE.sub(OPEN, path),
            headers=headers,
            body=None if body is None else PHONE.sub(OPEN, body),
            base64=base64,
            nobody=not any(is_secret_header(name) for name, _ in request.headers),
        )

    @property
    def target(self) -> str:
        """The path to send."""
        return self.path.replace(OPEN, ANY_PHONE)

    @property
    def content(self) -> bytes | None:
        """The body to send."""
        if self.base64 is not None:
            return b64decode(self.base64)
        return None if self.body is None else self.body.replace(OPEN, ANY_PHONE).encode()

    @property
    def sent_headers(self) -> dict[str, str]:
        return {name: value.replace(OPEN, ANY_PHONE) for name, value in self.headers.items()}
