"""The people the contract tests act as on a backend, and how each of them is known to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from harness.api.settings import CookieSettings, UserSettings
from harness.core.errors import BrokenError, UsageError
from harness.core.project_code import NO_FUNCTION, load_named
from harness.core.text import Text

Hook = Callable[[str, str, dict[str, str], bytes | None], Mapping[str, str]]


class Session:
    """One log-in of a user that all tests of a process share, until it is lost. For use by several threads."""

    def __init__(self, sign_in: Callable[[], str]) -> None:
        self._sign_in, self._lock = sign_in, Lock()
        self._token: str | None = None

    def token(self) -> str:
        with self._lock:
            if self._token is None:
                self._token = self._sign_in()
            return self._token

    def lost(self, token: str) -> None:
        """The backend does not know the token any more."""
        with self._lock:
            if self._token == token:
                self._token = None


class Pasted:
    """A session that somebody else began: nobody here can renew it. ``way`` is what it stands under in ``where``."""

    def __init__(self, way: str, where: str) -> None:
        self._way, self._where, self._worked = way, where, False

    def answered(self, status: int) -> None:
        """BrokenError where the backend never knew it: then it knows nothing of the product."""
        self._worked = self._worked or 200 <= status < 300
        if status == UNAUTHORIZED and not self._worked:
            raise BrokenError(
                EXPIRED.format(way=self._way, where=self._where),
                advice=PASTE.format(where=self._where, way=self._way),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person. Every call of ``token`` gives a session of its own; None where there is no log-in. ``session`` is
    the one that is shared; None: each test has its own.

    ``scheme`` is the security scheme (several: each of them) that what proves who this is is for, None: see
    :class:`UserSettings`; ``forbidden`` are the operationIds that must refuse this user.
    """

    name: str
    token: Callable[[], str] | None = None
    scheme: str | tuple[str, ...] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookie: CookieSettings | None = None
    hook: Hook | None = None
    session: Session | None = field(default=None, repr=False, compare=False)
    pasted: Pasted | None = field(default=None, repr=False, compare=False)
    token_cookie: str | None = None
    """The cookie that the token is; None: it goes where the security scheme says."""
    forbidden: tuple[str, ...] = ()
    source: Text | None = None
    """Where what proves who this is comes from, in words."""

    @property
    def schemes(self) -> tuple[str, ...]:
        """The security schemes that harness.toml names; none: told by the document."""
        return (self.scheme,) if isinstance(self.scheme, str) else self.scheme or ()


UNAUTHORIZED = 401
EXPIRED = Text(
    zh="[{where}] 的 {way} 从未被接受，返回 401：会话已过期，或从来无效",
    en="{way} of [{where}] was refused with 401 and never taken: the session has expired, or never was one",
)
PASTE = Text(
    zh="重新登录，把新的会话写入 {where}.{way}（或它引用的环境变量）",
    en="sign in again, and put the new session into {where}.{way} (or the variable that it takes it from)",
)
LOGIN = Text(
    zh="POST {path} 响应中 {token} 处的值（harness.toml 的 [{where}.login]）",
    en="the value at {token} in the answer of POST {path} ([{where}.login] in harness.toml)",
)
GIVEN = Text(zh="harness.toml 中 [{where}] 的 {way}", en="{way} of [{where}] in harness.toml")


def user_of(name: str, settings: UserSettings, token: Callable[[], str], root: Path, where: str) -> User:
    """The user as configured at ``where`` in harness.toml; ``token`` logs in where that is the way.

    UsageError for a hook that is none.
    """
    user = User(
        name=name,
        forbidden=settings.forbidden,
        source=_source(settings, where),
        scheme=settings.schemes,
        headers=settings.headers or {},
        cookie=settings.cookie,
    )
    if settings.bearer is not None:
        given = settings.bearer
        return replace(user, token=lambda: given, pasted=Pasted("bearer", where))
    if settings.login is not None:
        cookie = settings.login.token_cookie
        return replace(user, token=token, session=Session(token), token_cookie=cookie)
    if settings.hook is not None:
        return replace(user, hook=load_hook(settings.hook, root, f"{where}.hook"))
    return user if user.cookie is None else replace(user, pasted=Pasted("cookie", where))


def _source(settings: UserSettings, where: str) -> Text:
    if settings.login is not None:
        login = settings.login
        token = login.token or login.token_header or login.token_cookie
        return LOGIN.format(path=login.path, token=token, where=where)
    way = next(
        name for name in ("bearer", "cookie", "hook", "headers") if getattr(settings, name) is not None
    )
    return GIVEN.format(way=way, where=where)


def load_hook(name: str, root: Path, where: str) -> Hook:
    """``module:function`` of the project whose harness.toml is in ``root``."""
    found: Hook | None = load_named(name, root, where)
    if not callable(found):
        member = name.partition(":")[2]
        raise UsageError(NO_FUNCTION.format(key=where, name=name, member=member), where="harness.toml")
    return found
