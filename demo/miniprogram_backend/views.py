"""HTTP views of the mini-program backend: shared.yaml, miniprogram.yaml, and its part of sync.yaml."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from demo.miniprogram_backend import auth, members, validation
from demo.miniprogram_backend.config import Config
from demo.miniprogram_backend.errors import Conflict, Missing, Unauthorized, Unavailable, WrongSignature
from demo.miniprogram_backend.remote import Ledger, WeChat, sign
from demo.miniprogram_backend.replication import Courier
from demo.miniprogram_backend.storage import Connection, Storage, member_id_for

BINDING_POINTS = 50

views = Blueprint("views", __name__)


@dataclass(frozen=True)
class Services:
    """What the views work with."""

    config: Config
    storage: Storage
    courier: Courier
    ledger: Ledger
    wechat: WeChat


def _services() -> Services:
    services: Services = current_app.extensions["shop"]
    return services


def _member_logged_in() -> str:
    with _services().storage.snapshot() as db:
        return auth.current_member(db)


def _wrong_code() -> Unauthorized:
    return Unauthorized("The code is wrong or no longer valid.", "wrong-code", "Wrong code")


@views.after_request
def not_cached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@views.get("/api/health")
def health() -> Response:
    with _services().storage.snapshot() as db:
        db.execute("SELECT id FROM member LIMIT 1")
    return jsonify(status="ok", platform="miniprogram")


@views.post("/api/codes")
def send_code() -> tuple[Response, int]:
    purpose = validation.one_of("sign-up", "log-in")
    asked = validation.check_object(validation.body(), {"phone": validation.phone, "purpose": purpose})
    services = _services()
    with services.storage.transaction() as db:
        auth.issue_code(db, asked["phone"], asked["purpose"], services.config.fixed_code)
    return jsonify(expires_in=auth.CODE_LIFETIME), 202


@views.post("/api/session")
def create_session() -> Response:
    asked = validation.check_object(validation.body(), {"phone": validation.phone, "code": validation.code})
    services, phone = _services(), asked["phone"]
    attempt = (phone, "log-in", asked["code"], services.config.fixed_code)
    with services.storage.transaction() as db:
        right = auth.code_is_right(db, *attempt)
        member_id = members.with_phone(db, phone) if right else None
        if right and member_id is None:
            auth.use_up_code(db, *attempt)
    if not right:
        raise _wrong_code()
    if member_id is None:
        raise Missing("No member has this phone. Sign up first.", "not-a-member", "Not a member")
    # The code is still good if the ledger does not answer.
    points = services.ledger.read(member_id, validation.traceparent())["balance"]
    with services.storage.transaction() as db:
        if not auth.use_up_code(db, *attempt):
            raise _wrong_code()
        token = auth.log_in(db, member_id)
        member = members.view(db, member_id, points)
    return _session(token, member, 201)


@views.delete("/api/session")
def delete_session() -> Response:
    with _services().storage.transaction() as db:
        auth.current_member(db)
        auth.log_out(db, auth.presented_token())
    response = Response(status=204)
    del response.headers["Content-Type"]
    response.delete_cookie(auth.COOKIE_NAME, httponly=True, samesite="Lax")
    return response


@views.get("/api/member")
def get_member() -> Response:
    member_id = _member_logged_in()
    services = _services()
    points = _balance_shown(services, member_id)
    with services.storage.snapshot() as db:
        return jsonify(_shown(services, members.view(db, member_id, points)))


def _balance_shown(services: Services, member_id: str) -> int:
    try:
        balance: int = services.ledger.read(member_id, validation.traceparent())["balance"]
    except Unavailable:
        if "contract-ledger-guessed" in services.config.faults:
            return 0
        raise
    return balance


def _shown(services: Services, member: dict[str, Any]) -> dict[str, Any]:
    if "contract-other-creation-time" in services.config.faults:
        member["created_at"] = member["created_at"][:-5] + ".999Z"
    return member


@views.patch("/api/member")
def update_member() -> Response:
    member_id = _member_logged_in()
    asked = validation.check_object(validation.body(), {"nickname": validation.nickname})
    services, trace = _services(), validation.traceparent()
    points = services.ledger.read(member_id, trace)["balance"]
    with services.storage.transaction() as db:
        members.rename(db, services.courier, member_id, asked["nickname"], trace)
        member = members.view(db, member_id, points)
    services.courier.ring()
    return jsonify(member)


@views.get("/api/member/points")
def get_points() -> Response:
    member_id = _member_logged_in()
    limit, offset = validation.window()
    ledger = _services().ledger.read(member_id, validation.traceparent())
    entries = ledger["entries"]
    return jsonify(balance=ledger["balance"], total=len(entries), entries=entries[offset : offset + limit])


@views.post("/api/wechat/session")
def create_wechat_session() -> Response:
    check = validation.wechat_code
    asked = validation.check_object(validation.body(), {"code": check}, {"phone_code": check})
    services, trace = _services(), validation.traceparent()
    openid, unionid = services.wechat.identity(asked["code"], trace)
    with services.storage.snapshot() as db:
        member_id = members.with_openid(db, openid)
    if member_id:
        points = services.ledger.read(member_id, trace)["balance"]
        with services.storage.transaction() as db:
            return _session(auth.log_in(db, member_id), members.view(db, member_id, points), 200)
    if "phone_code" not in asked:
        raise Conflict(
            "This WeChat account is not bound to a member. Send a phone_code.",
            "phone-required",
            "Phone required",
        )
    phone = services.wechat.phone(asked["phone_code"], trace)
    if validation.phone(phone):
        raise Conflict(
            "Only phones of mainland China can be bound.", "phone-not-supported", "Phone not supported"
        )
    return _first_log_in(services, openid, unionid, phone, trace)


def _first_log_in(
    services: Services, openid: str, unionid: str | None, phone: str, trace: str | None
) -> Response:
    with services.storage.snapshot() as db:
        known = _member_to_bind(services, db, phone)
        if known:
            members.refuse_second_account(db, known)
    # Given before the binding is written: should this process die in between, the next attempt gives nothing
    # twice (one key per member), whereas points after the binding could be lost for good.
    member_id = known or member_id_for(phone)
    points = services.ledger.give(member_id, BINDING_POINTS, "wechat-binding", trace)
    with services.storage.transaction() as db:
        twin = members.with_openid(db, openid)
        if twin:
            # The same person's other request was faster.
            return _session(auth.log_in(db, twin), members.view(db, twin, points), 200)
        member_id = _member_to_bind(services, db, phone) or members.create(db, services.courier, phone, trace)
        members.refuse_second_account(db, member_id)
        members.bind(db, services.courier, member_id, openid, unionid, trace)
        token = auth.log_in(db, member_id)
        member = members.view(db, member_id, points)
    services.courier.ring()
    return _session(token, member, 201)


def _member_to_bind(services: Services, db: Connection, phone: str) -> str | None:
    if "account-wrong-binding" in services.config.faults:
        return members.oldest(db)
    return members.with_phone(db, phone)


@views.post("/sync/events")
def receive_event() -> Response:
    services = _services()
    raw = request.get_data(cache=True)
    expected = sign(services.config.sync_key, raw or request.path.encode())
    given = request.headers.get("X-Sync-Signature", "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode()):
        raise WrongSignature("X-Sync-Signature is absent or wrong.")
    event: Any = validation.body()
    with services.storage.transaction() as db:
        applied = members.take_in(db, event)
    return jsonify(event_id=event["event_id"], result="applied" if applied else "duplicate")


@views.get("/sync/outbox")
def outbox() -> Response:
    services = _services()
    with services.storage.snapshot() as db:
        return jsonify(services.courier.statistics(db))


def _session(token: str, member: dict[str, Any], status: int) -> Response:
    response = jsonify(token=token, member=member)
    response.status_code = status
    response.set_cookie(auth.COOKIE_NAME, token, max_age=auth.LOGIN_LIFETIME, httponly=True, samesite="Lax")
    return response
