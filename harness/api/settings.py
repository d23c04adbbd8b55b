"""Who requests are sent as, as harness.toml says it: log-in, users, signatures."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class LoginSettings(BaseModel):
    """How generated tests sign in: one POST of ``body`` as JSON; ``token`` points at the token in the answer.

    ``before`` is posted first where the log-in needs it (a one-time code to be sent). ``scheme`` names the
    security scheme the token is for; without it any bearer, OAuth 2 or OpenID scheme, else every API key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    body: dict[str, Any]
    token: str = Field(description="JSON pointer (RFC 6901) into the answer")
    before: tuple[Request, ...] = ()
    scheme: str | None = None

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: str) -> str:
        if not path.startswith("/"):
            raise ValueError("a path begins with '/'")
        return path

    @field_validator("token")
    @classmethod
    def _pointer(cls, pointer: str) -> str:
        if not pointer.startswith("/"):
            raise ValueError("a JSON pointer begins with '/', such as /token")
        return pointer


class CookieSettings(BaseModel):
    """A cookie as it is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    value: str = Field(min_length=1, repr=False)


class UserSettings(BaseModel):
    """``[services.X.users.NAME]``: one person the contract tests act as, known to the backend in one way.

    ``login`` gets a token, ``bearer`` is one; both are sent where the contract's security scheme says.
    ``cookie`` and ``headers`` are sent as they are; ``hook`` is a function of the project,
    ``module:function``, that gets method, url, headers and body (bytes or None) of each request and gives
    the headers to set.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    login: LoginSettings | None = None
    bearer: str | None = Field(default=None, min_length=1, repr=False)
    cookie: CookieSettings | None = None
    headers: dict[str, str] | None = Field(default=None, min_length=1, repr=False)
    hook: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$", description="module:function")
    forbidden: tuple[str, ...] = Field(default=(), description="operationIds that must refuse this user")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = ("login", "bearer", "cookie", "headers", "hook")
        given = [name for name in ways if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"a user has exactly one of {', '.join(ways)}, not {len(given)}")
        return self


class Request(BaseModel):
    """A POST of JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    body: dict[str, Any] = Field(default_factory=dict)


class SignatureSettings(BaseModel):
    """A header that signs each request: HMAC of the body, or of the path with query where there is no body.

    ``scheme`` is the name of the ``apiKey`` security scheme in the contract, ``prefix`` stands before the
    hexadecimal digest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scheme: str
    key: str = Field(repr=False)
    algorithm: Literal["sha256", "sha512"] = "sha256"
    prefix: str = ""


LoginSettings.model_rebuild()
UserSettings.model_rebuild()
