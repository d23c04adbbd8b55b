"""Who requests are sent as, as harness.toml says it: log-in, users, signatures."""

from __future__ import annotations

import re
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from harness.core.text import Text
from harness.core.validation import InvalidInput

ONE_WAY = Text(
    zh="一个用户只能有 {ways} 之一（此外可有 headers），或只有 headers，这里有 {number} 个",
    en="a user has exactly one of {ways} (headers may stand beside it), or headers alone, not {number}",
)
ONE_TOKEN = Text(
    zh="token（JSON 指针）、token_header、token_cookie 必须且只能写一个，这里有 {number} 个",
    en="a log-in has exactly one of token (a JSON pointer), token_header, token_cookie, not {number}",
)
ONE_KIND = Text(zh="path 和 command 必须且只能写一个", en="it has either a path or a command")
ONE_PLACE = Text(zh="一个值只能来自一处，这里写了 {names}", en="a value is in one place, not in {names}")
NO_PATTERN = Text(zh="不是正则表达式：{error}", en="no regular expression: {error}")
ONE_GROUP = Text(
    zh="正则表达式必须有一个括号（要取的值），这里有 {number} 个",
    en="the regular expression has one group, which is the value, not {number}",
)
SCHEME_TWICE = Text(
    zh="scheme 写了两次：请去掉 login 中的那个", en="scheme is said twice: leave out the one in login"
)


class ValueSettings(BaseModel):
    """Where a value stands in the answer of a request, or in what a command wrote: the whole of it where nothing is
    said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pointer: str | None = Field(default=None, pattern="^/", description="JSON pointer (RFC 6901)")
    header: str | None = Field(default=None, min_length=1, description="name of a header of the answer")
    cookie: str | None = Field(
        default=None, min_length=1, description="name of a cookie that the answer sets"
    )
    pattern: str | None = Field(
        default=None, description='regular expression with one group, such as name="csrf" value="([^"]+)"'
    )

    @field_validator("pattern")
    @classmethod
    def _one_group(cls, pattern: str | None) -> str | None:
        try:
            groups = 1 if pattern is None else re.compile(pattern).groups
        except re.error as error:
            raise InvalidInput(NO_PATTERN.format(error=error)) from None
        if groups != 1:
            raise InvalidInput(ONE_GROUP.format(number=groups))
        return pattern

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        given = [
            name for name in ("pointer", "header", "cookie", "pattern") if getattr(self, name) is not None
        ]
        if len(given) > 1:
            raise InvalidInput(ONE_PLACE.format(names=", ".join(given)))
        return self


class LoginSettings(BaseModel):
    """How a user signs in by the API: one POST of ``body``; what proves who it is, is in the answer at ``token`` (JSON
    pointer), in ``token_header``, or is the cookie ``token_cookie``.

    ``before`` comes first where the log-in needs it (a page with a CSRF token, a one-time code to be sent or asked
    for); the values it finds are written into what follows as ``{name}``. ``scheme`` names the
    security scheme the token is for; without it any bearer, OAuth 2 or OpenID scheme, else every API key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="of the log-in, which is sent by POST")
    body: dict[str, Any] = Field(description="sent as JSON, or as a form")
    form: bool = Field(default=False, description="sent as application/x-www-form-urlencoded")
    headers: dict[str, str] = Field(default_factory=dict, description="sent with it, such as X-CSRF-Token")
    token: str | None = Field(default=None, description="JSON pointer (RFC 6901) into the answer")
    token_header: str | None = Field(default=None, description="header of the answer with the token")
    token_cookie: str | None = Field(default=None, description="cookie that the answer sets: the session")
    before: tuple[Request, ...] = Field(
        default=(), description="requests and commands that come first, such as for a one-time code"
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
    def _pointer(cls, pointer: str | None) -> str | None:
        if pointer is not None and not pointer.startswith("/"):
            raise ValueError("a JSON pointer begins with '/', such as /token")
        return pointer

    @model_validator(mode="after")
    def _one_token(self) -> Self:
        given = [
            name for name in ("token", "token_header", "token_cookie") if getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise InvalidInput(ONE_TOKEN.format(number=len(given)))
        return self


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
    """A request that comes before a log-in, or a command; ``values`` are what it finds for what follows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str | None = Field(default=None, pattern="^/", description="of a request")
    command: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="instead of a request: run in the folder of harness.toml"
    )
    method: Literal["GET", "POST"] = Field(default="POST", description="of the request")
    body: dict[str, Any] = Field(default_factory=dict, description="sent by POST as JSON, or as a form")
    form: bool = Field(default=False, description="sent as application/x-www-form-urlencoded")
    headers: dict[str, str] = Field(default_factory=dict, description="sent with it")
    values: dict[str, ValueSettings] = Field(
        default_factory=dict, description="by name, for {name} in the paths, bodies and headers that follow"
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.path is None) == (self.command is None):
            raise InvalidInput(ONE_KIND)
        return self


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
