"""HTTP views of health, log-in and members: shared.yaml and miniprogram.yaml."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from demo.miniprogram_backend import auth, gate, members, validation
from demo.miniprogram_backend.errors import Conflict, Missing, Unauthorized, Unavailable
from demo.miniprogram_backend.faults import later, of_two_workers, planted
from demo.miniprogram_backend.gate import Services
from demo.miniprogram_backend.storage import Connection, member_id_for

BINDING_POINTS = 50

views = Blueprint("views", __name__)
views.before_request(gate.refuse_when_closed)


def _wrong_code() -> Unauthorized:
    return Unauthorized("The code is wrong or no longer valid.", "wrong-code", "Wrong code")


@views.get("/api/health")
def health() -> Response:
    with gate.services().storage.snapshot() as db:
        db.execute("SELECT id FROM member LIMIT 1")
    return jsonify(status="ok", platform="miniprogram")


@views.post("/api/codes")
def send_code() -> tuple[Response, int]:
    purpose = validation.one_of("sign-up", "log-in")
    asked = validation.check_object(validation.body(), {"phone": validation.phone, "purpose": purpose})
    services = gate.services()
    with services.storage.transaction() as db:
        auth.issue_code(db, asked["phone"], asked["purpose"], services.config.fixed_code)
    return jsonify(expires_in=auth.CODE_LIFETIME), 202


@views.post("/api/session")
def create_session() -> Response:
    asked = validation.check_object(validation.body(), {"phone": validation.phone, "code": validation.code})
    services, phone = gate.services(), asked["phone"]
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
    with gate.services().storage.transaction() as db:
        auth.current_member(db)
        auth.log_out(db, auth.presented_token())
    response = Response(status=204)
    del response.headers["Content-Type"]
    response.delete_cookie(auth.COOKIE_NAME, httponly=True, samesite="Lax")
    return response


@views.get("/api/member")
def get_member() -> Response:
    member_id = gate.member_logged_in()
    services = gate.services()
    points = _balance_shown(services, member_id)
    with services.storage.snapshot() as db:
        return jsonify(_shown(services, members.view(db, member_id, points)))


def _balance_shown(services: Services, member_id: str) -> int:
    try:
        balance: int = services.ledger.read(member_id, validation.traceparent())["balance"]
    except Unavailable:
        if services.has("contract-ledger-guessed"):
            return 0
        raise
    return balance


def _shown(services: Services, member: dict[str, Any]) -> dict[str, Any]:
    if services.has("contract-other-creation-time"):
        member["created_at"] = member["created_at"][:-5] + ".999Z"
    return member


@views.patch("/api/member")
def update_member() -> Response:
    member_id = gate.member_logged_in()
    asked = validation.check_object(validation.body(), {"nickname": validation.nickname})
    services, trace = gate.services(), validation.traceparent()
    points = services.ledger.read(member_id, trace)["balance"]
    with services.storage.transaction() as db:
        members.rename(db, services.courier, member_id, asked["nickname"], trace)
        member = members.view(db, member_id, points)
    services.courier.ring()
    return jsonify(member)


@views.get("/api/member/points")
def get_points() -> Response:
    member_id = gate.member_logged_in()
    limit, offset = validation.window(unchecked=gate.services().has("contract-limit-unchecked"))
    if planted("linkage-points-by-query"):
        member_id = request.args.get("member_id", member_id)
    if planted("linkage-points-by-openid"):
        with gate.services().storage.snapshot() as db:
            openid = members.openid_of(db, member_id)
        member_id = member_id_for(openid) if openid else member_id
    ledger = gate.services().ledger.read(member_id, validation.traceparent())
    if planted("linkage-points-two-workers"):
        ledger = of_two_workers(("points", member_id), ledger)
    entries = ledger["entries"]
    return jsonify(balance=ledger["balance"], total=len(entries), entries=entries[offset : offset + limit])


@views.post("/api/wechat/session")
def create_wechat_session() -> Response:
    check = validation.wechat_code
    asked = validation.check_object(validation.body(), {"code": check}, {"phone_code": check})
    services, trace = gate.services(), validation.traceparent()
    openid, unionid = services.wechat.identity(asked["code"], trace)
    with services.storage.snapshot() as db:
        member_id = members.with_openid(db, openid)
    if "phone_code" in asked and planted("linkage-openid-rebound"):
        # The phone decides whose account it is.
        member_id = None
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
    if planted("linkage-country-code"):
        # The phoneNumber of WeChat's answer, not its purePhoneNumber.
        phone = "+86" + phone
    with services.storage.snapshot() as db:
        known = _member_to_bind(services, db, phone)
        if known:
            members.refuse_second_account(db, known, openid)
    # Given before the binding is written: should this process die in between, the next attempt gives nothing
    # twice (one key per member), whereas points after the binding could be lost for good.
    member_id = known or member_id_for(phone)
    points = _give_for_binding(services, member_id, openid, trace)
    with services.storage.transaction() as db:
        twin = members.with_openid(db, openid)
        if twin and (twin == known or not planted("linkage-openid-rebound")):
            # The same person's other request was faster.
            return _session(auth.log_in(db, twin), members.view(db, twin, points), 200)
        member_id = _member_to_bind(services, db, phone) or members.create(db, services.courier, phone, trace)
        members.refuse_second_account(db, member_id, openid)
        members.bind(db, services.courier, member_id, openid, unionid, trace)
        token = auth.log_in(db, member_id)
        member = members.view(db, member_id, points)
    services.courier.ring()
    return _session(token, member, 201)


def _give_for_binding(services: Services, member_id: str, openid: str, trace: str | None) -> int:
    """The balance with the points for the binding."""
    gift = (BINDING_POINTS, "wechat-binding", trace)
    if planted("linkage-points-by-openid"):
        return services.ledger.give(member_id_for(openid), *gift)
    if planted("linkage-binding-points-late"):
        later("linkage-binding-points-late", 8, lambda: services.ledger.give(member_id, *gift))
        balance: int = services.ledger.read(member_id, trace)["balance"]
        return balance + BINDING_POINTS
    return services.ledger.give(member_id, *gift)


def _member_to_bind(services: Services, db: Connection, phone: str) -> str | None:
    if services.has("account-wrong-binding"):
        return members.oldest(db)
    return members.with_phone(db, phone)


def _session(token: str, member: dict[str, Any], status: int) -> Response:
    response = jsonify(token=token, member=member)
    response.status_code = status
    response.set_cookie(auth.COOKIE_NAME, token, max_age=auth.LOGIN_LIFETIME, httponly=True, samesite="Lax")
    return response
