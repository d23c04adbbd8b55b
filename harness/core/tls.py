"""TLS to a service with a certificate of a private CA, or that asks for one of ours (mutual TLS, RFC 8446 4.3.2)."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.core.errors import UsageError
from harness.core.text import Text
from harness.core.validation import InvalidInput

NO_CERTIFICATE = Text(zh="key 需要 certificate", en="key needs certificate")
NOTHING = Text(zh="tls 至少写 ca、certificate 之一", en="tls says ca, certificate or both")
UNREADABLE = Text(zh="tls：无法使用 {files}：{why}", en="tls: {files} cannot be used: {why}")


class TLSSettings(BaseModel):
    """``[services.NAME.tls]``: PEM files. Beside ``ca``, the usual authorities are trusted too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ca: Path | None = Field(
        default=None, description="PEM file of a private authority, relative to harness.toml"
    )
    certificate: Path | None = Field(
        default=None, description="PEM file of our certificate, with its key unless 'key' names that"
    )
    key: Path | None = Field(
        default=None, description="PEM file of the certificate's key, without a password"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.key is not None and self.certificate is None:
            raise InvalidInput(NO_CERTIFICATE)
        if self.ca is None and self.certificate is None:
            raise InvalidInput(NOTHING)
        return self

    def below(self, root: Path) -> Self:
        """The same with absolute paths."""
        files = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_copy(
            update={name: file and (root / file).resolve() for name, file in files.items()}
        )

    def context(self) -> ssl.SSLContext:
        """What a client needs. UsageError where a file is none of these."""
        return _context(self)


@cache
def _context(tls: TLSSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    given = [file for file in (tls.ca, tls.certificate, tls.key) if file is not None]
    try:
        if tls.ca is not None:
            context.load_verify_locations(tls.ca)
        if tls.certificate is not None:
            # A key with a password would ask for it on the terminal.
            context.load_cert_chain(tls.certificate, tls.key, password=lambda: "")
    except (OSError, ValueError) as error:
        files = ", ".join(file.name for file in given)
        raise UsageError(UNREADABLE.format(files=files, why=error)) from None
    return context
