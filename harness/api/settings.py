"""Who requests are sent as, as harness.toml says it: log-in, users, signatures."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from harness.core.text import Text
from harness.core.validation import InvalidInput

ONE_WAY = Text(
    zh="一个用户只能有 {ways} 之一（此外可有 headers），或只有 headers，这里有 {number} 个",
    en="a user has exactly one of {ways} (headers may stand beside it), or headers alone, not {number}",
)
SCHEME_TWICE = Text(
    zh="scheme 写了两次：请去掉 login 中的那个", en="scheme is said twice: leave out the one in login"
)


class LoginSettings(BaseModel):
    """How generated tests sign in: one POST of ``body`` as JSON; ``token`` points at the token in the answer.

    ``before`` is posted first where the log-in needs it (a one-time code to be sent). ``scheme`` names the
    security scheme the token is for; without it any bearer, OAuth 2 or OpenID scheme, else every API key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="of the log-in, which is sent by POST")
    body: dict[str, Any] = Field(description="sent as JSON")
    token: str = Field(description="JSON pointer (RFC 6901) into the answer")
    before: tuple[Request, ...] = Field(
        default=(), description="requests sent first, such as for a one-time code"
    )
    scheme: str | None = Field(
        default=None,
        description="security scheme of the contract that the token is for; absent: the only one",
    )

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

    name: str = Field(min_length=1, description="of the cookie")
    value: str = Field(
        min_length=1, repr=False, description='its value; "{env:NAME}" takes it from a variable'
    )


class UserSettings(BaseModel):
    """``[services.X.users.NAME]``: one person the contract tests act as, known to the backend in one way.

    ``login`` gets a token, ``bearer`` is one; both are sent where the contract's security scheme says.
    ``cookie`` and ``headers`` are sent as they are, ``headers`` (a tenant, an API key) also beside another way;
    ``scheme`` says which security schemes of the contract the user has: needed where it has several of a kind
    (members and staff). ``hook`` is a function of the project,
    ``module:function``, that gets method, url, headers and body (bytes or None) of each request and gives
    the headers to set.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    login: LoginSettings | None = Field(default=None, description="a log-in by the API")
    bearer: str | None = Field(default=None, min_length=1, repr=False, description="a token that is ready")
    cookie: CookieSettings | None = Field(default=None, description="a session that is ready")
    headers: dict[str, str] | None = Field(
        default=None, min_length=1, repr=False, description="headers that say who they are"
    )
    hook: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$", description="module:function")
    scheme: str | tuple[str, ...] | None = Field(
        default=None,
        description="security scheme of the contract (or several) that this user is known by; "
        "absent: the only one, or what the names of header and cookie say",
    )
    forbidden: tuple[str, ...] = Field(default=(), description="operationIds that must refuse this user")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = ("login", "bearer", "cookie", "hook")
        given = [name for name in ways if getattr(self, name) is not None]
        if len(given) > 1 or (not given and self.headers is None):
            raise InvalidInput(ONE_WAY.format(ways=", ".join(ways), number=len(given)))
        if self.scheme is not None and self.login is not None and self.login.scheme is not None:
            raise InvalidInput(SCHEME_TWICE)
        return self

    @property
    def schemes(self) -> tuple[str, ...]:
        """The security schemes that are named; none: told by the document."""
        said = self.scheme or (self.login.scheme if self.login is not None else None)
        return (said,) if isinstance(said, str) else said or ()


class Request(BaseModel):
    """A POST of JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="sent by POST")
    body: dict[str, Any] = Field(default_factory=dict, description="sent as JSON")


class SignatureSettings(BaseModel):
    """A header that signs each request: HMAC of the body, or of the path with query where there is no body.

    ``scheme`` is the name of the ``apiKey`` security scheme in the contract, ``prefix`` stands before the
    hexadecimal digest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scheme: str = Field(description="security scheme of the contract")
    key: str = Field(repr=False, description='the secret; "{env:NAME}" takes it from a variable')
    algorithm: Literal["sha256", "sha512"] = Field(default="sha256", description="of HMAC (RFC 2104)")
    prefix: str = Field(default="", description='before the digest, such as "sha256="')


LoginSettings.model_rebuild()
UserSettings.model_rebuild()
