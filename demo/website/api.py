"""The public API of the website: shared.yaml and website.yaml. Thin: reads a request, asks, answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from demo.website import accounts, members, points, problems
from demo.website.payloads import CodeRequest, MemberChange, Registration, SessionRequest, body_of
from demo.website.queries import Page, page_of
from demo.website.shop import COOKIE, NO_STORE, Member, Shop, TheShop, Traceparent, json_answer, open_shop

router = APIRouter(redirect_slashes=False, dependencies=[Depends(open_shop)])


@router.api_route("/api/health", methods=["GET", "HEAD"])
def get_health(shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        connection.execute("SELECT 1 FROM members LIMIT 1")
    return json_answer({"status": "ok", "platform": "website"})


@router.post("/api/codes")
def send_code(shop: TheShop, asked: Annotated[CodeRequest, Depends(body_of(CodeRequest))]) -> Response:
    with shop.database.writing() as connection:
        accounts.send_code(connection, asked.phone, asked.purpose, shop.settings.one_time_code)
    return json_answer({"expires_in": accounts.CODE_SECONDS}, 202)


@router.post("/api/session")
def create_session(
    shop: TheShop, asked: Annotated[SessionRequest, Depends(body_of(SessionRequest))]
) -> Response:
    with shop.database.writing() as connection:
        right = accounts.use_code(connection, asked.phone, "log-in", asked.code, shop.settings.one_time_code)
        member_id = members.id_by_phone(connection, asked.phone) if right else None
        if member_id and shop.has("linkage-phone-login-refused"):
            member_id = members.id_of_signed_up(connection, member_id)
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
    response = Response(status_code=204, headers=NO_STORE)
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
        return json_answer(members.shown(connection, member.member_id))


@router.patch("/api/member")
def update_member(
    member: Member,
    shop: TheShop,
    change: Annotated[MemberChange, Depends(body_of(MemberChange))],
    traceparent: Traceparent,
) -> Response:
    if shop.has("contract-change-forgotten"):
        with shop.database.reading() as connection:
            return json_answer({**members.shown(connection, member.member_id), "nickname": change.nickname})
    with shop.database.writing() as connection:
        members.rename(connection, shop.outbox, member.member_id, change.nickname, traceparent)
        shown = members.shown(connection, member.member_id)
    shop.outbox.wake()
    return json_answer(shown)


@router.api_route("/api/member/points", methods=["GET", "HEAD"])
def get_points(member: Member, shop: TheShop, page: Annotated[Page, Depends(page_of)]) -> Response:
    with shop.database.reading() as connection:
        balance: int | str = points.balance(connection, member.member_id)
        total = points.count(connection, member.member_id)
        entries = points.entries(connection, member.member_id, page)
    if shop.has("contract-points-text"):
        balance = str(balance)
    return json_answer({"balance": balance, "total": total, "entries": entries})


def _session(shop: Shop, token: str, member_id: str) -> Response:
    with shop.database.reading() as connection:
        response = json_answer({"token": token, "member": members.shown(connection, member_id)}, 201)
    response.set_cookie(
        COOKIE, token, max_age=accounts.SESSION_SECONDS, path="/", httponly=True, samesite="lax"
    )
    return response
