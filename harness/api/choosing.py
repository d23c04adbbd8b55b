"""Who acts: the user of a backend whom a request to an operation is sent as, by the security schemes it asks for.

Never the first user in silence: where nobody has what is asked for, :func:`why_nobody` says which line of
harness.toml is missing. Nothing is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.api.users import User
from harness.contracts import Contract, Operation
from harness.core.errors import NotRun
from harness.core.nearest import nearest
from harness.core.text import Text, alternatives, joined

Requirement = Mapping[str, Any]
TOKEN_TYPES = ("oauth2", "openIdConnect")

NOBODY_HAS = Text(
    zh="{operation} 要求 {schemes}，而 {service} 没有这样的用户：在 harness.toml 的 "
    "[services.{service}.users.NAME] 中写 {lines}",
    en="{operation} asks for {schemes}, which no user of {service} has: write [services.{service}.users.NAME] in "
    "harness.toml with {lines}",
)
ALL_FORBIDDEN = Text(
    zh="{operation} 要求 {schemes}，而 {service} 有此凭证的用户（{users}）都被 forbidden 禁止：在 harness.toml 的 "
    "[services.{service}.users.NAME] 中再写一个允许访问的用户：{lines}",
    en="{operation} asks for {schemes}, and every user of {service} who has it ({users}) is forbidden from it: write "
    "one who may as [services.{service}.users.NAME] in harness.toml, with {lines}",
)
WHICH_TOKEN = Text(
    zh="{user} 的令牌用于 {several} 中的哪一种没有写明：如果用于 {scheme}，在 {user} 的设置中写 scheme = {scheme!r}",
    en="which of {several} the token of {user} is for is not said: if it is {scheme}, write scheme = {scheme!r} there",
)
NO_SUCH_SCHEME = Text(
    zh="{user} 的 scheme {given!r} 在接口规范中不存在，是否应为 {near!r}？",
    en="no scheme is called {given!r}, as that of {user} says: did you mean {near!r}?",
)


def requirements_of(operation: Operation) -> tuple[Requirement, ...]:
    """Its security requirements, of which one is enough (OpenAPI, *Security Requirement Object*)."""
    found = operation.place.value.get("security", operation.place.source.data.get("security"))
    return tuple(found or ())


def schemes_of(operation: Operation) -> dict[str, Any]:
    """The security schemes of its document, by name."""
    return (operation.place.source.data.get("components") or {}).get("securitySchemes") or {}


def takes_token(scheme: Mapping[str, Any]) -> bool:
    """Whether it is proved by a bearer token."""
    bearer = scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer"
    return bearer or scheme.get("type") in TOKEN_TYPES


def signed(name: str, schemes: Mapping[str, Any], backend: BackendUnderTest) -> bool:
    """Whether the harness signs requests for this scheme, whoever sends them."""
    return (schemes.get(name) or {}).get("in") == "header" and any(
        settings.scheme == name for settings in backend.signatures
    )


def has(user: User, name: str, schemes: Mapping[str, Any]) -> bool:
    """Whether the user has what this scheme asks for; by the user's own ``scheme`` where that is said."""
    if name in user.schemes or sends(user, name, schemes):
        return True
    if user.schemes or user.token is None or user.token_cookie is not None:
        return False
    return _takes_any_token(name, schemes)


def sends(user: User, name: str, schemes: Mapping[str, Any]) -> bool:
    """Whether a header or cookie of the user is the one the scheme names."""
    scheme = schemes.get(name) or {}
    if scheme.get("type") == "apiKey":
        called = str(scheme.get("name"))
        if scheme.get("in") == "header":
            return called.lower() in map(str.lower, user.headers)
        own = user.token_cookie if user.cookie is None else user.cookie.name
        return scheme.get("in") == "cookie" and own == called
    kind = str(scheme.get("scheme")) if scheme.get("type") == "http" else "bearer"
    given = next((text for key, text in user.headers.items() if key.lower() == "authorization"), "")
    return name in schemes and given.partition(" ")[0].lower() == kind.lower()


def _takes_any_token(name: str, schemes: Mapping[str, Any]) -> bool:
    """What a token is for of which harness.toml does not say: any bearer scheme, else every API key."""
    if any(map(takes_token, schemes.values())):
        return name in schemes and takes_token(schemes[name])
    return (
        name not in schemes or schemes[name].get("type") == "apiKey"
    )  # of no declared scheme: a bearer token


def met(operation: Operation, backend: BackendUnderTest, user: User | None) -> Requirement | None:
    """The first requirement that ``user`` can satisfy; None where there is none but ``{}``."""
    schemes = schemes_of(operation)
    for requirement in requirements_of(operation):
        if requirement and all(
            signed(name, schemes, backend) or (user is not None and has(user, name, schemes))
            for name in requirement
        ):
            return requirement
    return None


def able(operation: Operation, backend: BackendUnderTest) -> list[User]:
    """The users whom it ought to go well for, as harness.toml has them; those who are ``forbidden`` are none.

    Those whose credential is for a scheme it asks for beyond doubt, where there are any; else those of whom
    nothing says that it is not.
    """
    if met(operation, backend, None) is not None:
        return []  # the harness's own signature is enough
    ranked = [
        (_rank(operation, backend, user), user)
        for user in backend.users
        if operation.id not in user.forbidden
    ]
    best = max((rank for rank, _ in ranked), default=0)
    return [user for rank, user in ranked if rank == best] if best else []


def actor(operation: Operation, backend: BackendUnderTest, first: str | None = None) -> User | None:
    """Who a request is sent as that ought to go well, the user called ``first`` if it may be; else nobody."""
    users = able(operation, backend)
    return next((user for user in users if user.name == first), users[0] if users else None)


def _rank(operation: Operation, backend: BackendUnderTest, user: User) -> int:
    """How well a user fits: 2 by what is theirs for certain, 1 since nothing is against it, 0 not at all."""
    requirements, schemes = requirements_of(operation), schemes_of(operation)
    if met(operation, backend, user) is not None:
        if _unclear(operation, backend, user):
            return 0
        return 2 if user.schemes or user.token is None or user.token_cookie else 1
    if not requirements or {} in requirements or user.schemes:
        return 0
    if user.token is not None and user.token_cookie is None:
        return 0
    # The hook of a signature, or a gateway's header that no scheme of the document names, may prove anything.
    return 0 if any(_is_like(user, name, schemes) for name in schemes) else 1


def _is_like(user: User, name: str, schemes: Mapping[str, Any]) -> bool:
    """Whether what the user sends goes where the scheme's credential goes, so that it is known what it is for."""
    authorized = "authorization" in map(str.lower, user.headers)
    return sends(user, name, schemes) or (
        authorized and schemes[name].get("type") not in ("apiKey", "mutualTLS")
    )


def _unclear(operation: Operation, backend: BackendUnderTest, user: User) -> list[str]:
    """The schemes that a token may be for, where nothing says which and one of them would not do here."""
    schemes = schemes_of(operation)
    if user.schemes or user.token is None or user.token_cookie is not None:
        return []
    slots = [
        [name for name in one if not signed(name, schemes, backend) and not sends(user, name, schemes)]
        for one in requirements_of(operation)
    ]
    if [] in (names for names, one in zip(slots, requirements_of(operation), strict=True) if one):
        return []  # it takes no token
    several = [
        name
        for name in _asked_for(operation.contract) | {name for names in slots for name in names}
        if _takes_any_token(name, schemes)
        and not signed(name, schemes, backend)
        and not sends(user, name, schemes)
    ]
    return sorted(set(several)) if set(several) - {names[0] for names in slots if len(names) == 1} else []


@lru_cache(maxsize=64)
def _asked_for(contract: Contract) -> frozenset[str]:
    """The schemes that operations of the document ask for."""
    return frozenset(
        name for operation in contract.operations for one in requirements_of(operation) for name in one
    )


def needs_somebody(operation: Operation, backend: BackendUnderTest) -> bool:
    """Whether a request must be somebody's: neither ``{}`` nor the harness's own signature is enough."""
    requirements = requirements_of(operation)
    return bool(requirements) and all(requirements) and met(operation, backend, None) is None


def why_nobody(operation: Operation, backend: BackendUnderTest) -> Text | None:
    """Why no request can be sent as somebody who may, and what to write in harness.toml; None where one can."""
    if not needs_somebody(operation, backend) or able(operation, backend):
        return None
    schemes = schemes_of(operation)
    asked = [
        [name for name in one if not signed(name, schemes, backend)] for one in requirements_of(operation)
    ]
    told = alternatives(dict.fromkeys(" + ".join(names) for names in asked))
    lines = ", ".join(_line(name, schemes.get(name) or {}) for name in asked[0])
    forbidden = [user.name for user in backend.users if _rank(operation, backend, user)]
    words = (ALL_FORBIDDEN if forbidden else NOBODY_HAS).format(
        operation=operation.label, service=backend.name, schemes=told, lines=lines, users=", ".join(forbidden)
    )
    return joined([words, *_hints(operation, backend, asked[0])])


def require_somebody(operation: Operation, backend: BackendUnderTest) -> None:
    """NotRun where no request can be sent as somebody who may: :func:`why_nobody`."""
    if (why := why_nobody(operation, backend)) is not None:
        raise NotRun(why)


def _hints(operation: Operation, backend: BackendUnderTest, asked: Iterable[str]) -> Iterable[Text]:
    """What is wrong with the users there are."""
    schemes = schemes_of(operation)
    for user in backend.users:
        if several := _unclear(operation, backend, user):
            scheme = next((name for name in asked if name in several), several[0])
            yield WHICH_TOKEN.format(user=user.name, several=", ".join(several), scheme=scheme)
        for given in user.schemes:
            near = None if given in schemes else nearest(given, schemes)
            if near is not None:
                yield NO_SUCH_SCHEME.format(user=user.name, given=given, near=near)


def _line(name: str, scheme: Mapping[str, Any]) -> str:
    """What a user needs for a scheme, as TOML."""
    variable = re.sub(r"\W", "_", name).upper()
    if scheme.get("type") == "apiKey" and scheme.get("in") == "cookie":
        return f'cookie = {{name = "{scheme.get("name")}", value = "{{env:{variable}}}"}}'
    if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
        return f'headers = {{"{scheme.get("name")}" = "{{env:{variable}}}"}}'
    if scheme.get("type") == "http" and not takes_token(scheme):
        return f'headers = {{Authorization = "{scheme.get("scheme")} {{env:{variable}}}"}}'
    return f'login or bearer = "{{env:{variable}}}", scheme = "{name}"'
