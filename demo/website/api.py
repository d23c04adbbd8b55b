"""The public API of the website: shared.yaml and website.yaml. Thin: reads a request, asks, answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from demo.website import accounts, members, points, problems
from demo.website.database import Database
from demo.website.outbox import Outbox
from demo.website.payloads import (
    CodeRequest,
    MemberChange,
    Page,
    Registration,
    SessionRequest,
    body_of,
    page_of,
    traceparent_of,
)
from demo.website.settings import Settings

COOKIE = "orange_session"

router = APIRouter(redirect_slashes=False)
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Shop:
    """What every request needs; one per process, at `app.state.shop`."""

    settings: Settings
    database: Database
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session a request presented."""

    member_id: str
    token: str


def the_shop(request: Request) -> Shop:
    """The shop of this process."""
    shop: Shop = request.app.state.shop
    return shop


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


TheShop = Annotated[Shop, Depends(the_shop)]
Member = Annotated[LoggedIn, Depends(logged_in)]
Traceparent = Annotated[str | None, Depends(traceparent_of)]


@router.api_route("/api/health", methods=["GET", "HEAD"])
def get_health(shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        connection.execute("SELECT 1 FROM members LIMIT 1")
    return _json({"status": "ok", "platform": "website"})


@router.post("/api/codes")
def send_code(shop: TheShop, asked: Annotated[CodeRequest, Depends(body_of(CodeRequest))]) -> Response:
    with shop.database.writing() as connection:
        accounts.send_code(connection, asked.phone, asked.purpose, shop.settings.one_time_code)
    return _json({"expires_in": accounts.CODE_SECONDS}, 202)


@router.post("/api/session")
def create_session(
    shop: TheShop, asked: Annotated[SessionRequest, Depends(body_of(SessionRequest))]
) -> Response:
    with shop.database.writing() as connection:
        right = accounts.use_code(connection, asked.phone, "log-in", asked.code, shop.settings.one_time_code)
        member_id = members.id_by_phone(connection, asked.phone) if right else None
        token = accounts.open_session(connection, member_id) if member_id else ""
    if not right:
        raise accounts.wrong_code()
    if member_id is None:
        raise problems.Problem(
            404, "not-a-member", "Not a member", "No member has this phone. Sign up first."
        )
    return _session(shop, token, member_id)


@router.delete("/api/session")
def delete_session(member: Member, shop: TheShop) -> Response:
    with shop.database.writing() as connection:
        accounts.end_session(connection, member.token)
    response = Response(status_code=204, headers=_NO_STORE)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return response


@router.post("/api/members")
def register_member(
    shop: TheShop, asked: Annotated[Registration, Depends(body_of(Registration))], traceparent: Traceparent
) -> Response:
    # The code is used up even if the sign-up then fails, hence a transaction of its own.
    with shop.database.writing() as connection:
        right = accounts.use_code(connection, asked.phone, "sign-up", asked.code, shop.settings.one_time_code)
    if not right:
        raise accounts.wrong_code()
    with shop.database.writing() as connection:
        member_id = members.register(connection, shop.outbox, asked.phone, asked.nickname, traceparent)
        token = accounts.open_session(connection, member_id)
    shop.outbox.wake()
    return _session(shop, token, member_id)


@router.api_route("/api/member", methods=["GET", "HEAD"])
def get_member(member: Member, shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        return _json(members.shown(connection, member.member_id))


@router.patch("/api/member")
def update_member(
    member: Member,
    shop: TheShop,
    change: Annotated[MemberChange, Depends(body_of(MemberChange))],
    traceparent: Traceparent,
) -> Response:
    if "contract-change-forgotten" in shop.settings.faults:
        with shop.database.reading() as connection:
            return _json({**members.shown(connection, member.member_id), "nickname": change.nickname})
    with shop.database.writing() as connection:
        members.rename(connection, shop.outbox, member.member_id, change.nickname, traceparent)
        shown = members.shown(connection, member.member_id)
    shop.outbox.wake()
    return _json(shown)


@router.api_route("/api/member/points", methods=["GET", "HEAD"])
def get_points(member: Member, shop: TheShop, page: Annotated[Page, Depends(page_of)]) -> Response:
    with shop.database.reading() as connection:
        balance: int | str = points.balance(connection, member.member_id)
        total = points.count(connection, member.member_id)
        entries = points.entries(connection, member.member_id, page)
    if "contract-points-text" in shop.settings.faults:
        balance = str(balance)
    return _json({"balance": balance, "total": total, "entries": entries})


def _session(shop: Shop, token: str, member_id: str) -> Response:
    with shop.database.reading() as connection:
        response = _json({"token": token, "member": members.shown(connection, member_id)}, 201)
    response.set_cookie(
        COOKIE, token, max_age=accounts.SESSION_SECONDS, path="/", httponly=True, samesite="lax"
    )
    return response


def _json(content: dict[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, headers=_NO_STORE)
