"""What every request needs: the shop of this process, who is asking, and whether it is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import JSONResponse

from demo.website import accounts, members, problems
from demo.website.database import Database
from demo.website.faults import Faults
from demo.website.outbox import Outbox
from demo.website.payloads import traceparent_of
from demo.website.seed import owner_phone
from demo.website.settings import Settings

COOKIE = "orange_session"
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(slots=True)
class Doors:
    """Whether the shop is closed for maintenance."""

    closed: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """One per process, at `app.state.shop`."""

    settings: Settings
    database: Database
    outbox: Outbox
    doors: Doors
    faults: Faults

    def has(self, fault: str) -> bool:
        """Whether this fault is planted."""
        return fault in self.faults.names


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session a request presented."""

    member_id: str
    token: str


def the_shop(request: Request) -> Shop:
    """The shop of this process."""
    shop: Shop = request.app.state.shop
    return shop


def open_shop(request: Request, shop: Annotated[Shop, Depends(the_shop)]) -> None:
    """Raises 503 while the shop is closed."""
    overlooked = shop.has("contract-open-while-closed") and request.url.path.startswith("/api/cart/")
    if shop.doors.closed and not overlooked:
        raise problems.closed()


def logged_in(request: Request, shop: Annotated[Shop, Depends(the_shop)]) -> LoggedIn:
    """The session of the bearer token, else of the cookie. Raises 401."""
    given = request.headers.get("authorization")
    if given is None:
        token = request.cookies.get(COOKIE, "")
    else:
        scheme, _, token = given.partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
    with shop.database.reading() as connection:
        member_id = accounts.member_of_session(connection, token) if token else None
    if member_id is None:
        raise problems.unauthorized()
    return LoggedIn(member_id, token)


def owner_logged_in(
    member: Annotated[LoggedIn, Depends(logged_in)], shop: Annotated[Shop, Depends(the_shop)]
) -> LoggedIn:
    """The session of the shop owner. Raises 401, 403."""
    with shop.database.reading() as connection:
        owner = members.id_by_phone(connection, owner_phone())
    if member.member_id != owner and not shop.has("contract-anybody-is-staff"):
        raise problems.forbidden()
    return member


def json_answer(content: dict[str, Any], status: int = 200) -> JSONResponse:
    """An answer that nobody keeps."""
    return JSONResponse(content, status, headers=NO_STORE)


TheShop = Annotated[Shop, Depends(the_shop)]
Member = Annotated[LoggedIn, Depends(logged_in)]
Owner = Annotated[LoggedIn, Depends(owner_logged_in)]
Traceparent = Annotated[str | None, Depends(traceparent_of)]
