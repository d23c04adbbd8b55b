"""What the website answers the other backend: sync.yaml. Every request but the outbox figures is signed."""

from __future__ import annotations

import hmac
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from demo.website import members, points, problems
from demo.website.api import Shop, TheShop, the_shop
from demo.website.outbox import signature
from demo.website.payloads import EventEnvelope, NewEntry, parse, raw_body

router = APIRouter(redirect_slashes=False)


async def signed_body(request: Request, shop: Annotated[Shop, Depends(the_shop)]) -> bytes:
    """The raw body of a request whose signature is right. Raises 413, 401."""
    raw = await raw_body(request)
    signed = raw or request.scope["raw_path"]
    given = request.headers.get("x-sync-signature", "")
    expected = signature(shop.settings.sync_key, signed)
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode()):
        raise problems.wrong_signature()
    return raw


SignedBody = Annotated[bytes, Depends(signed_body)]


def idempotency_key(request: Request, _: SignedBody) -> str:
    """The header Idempotency-Key. Raises 422."""
    key = request.headers.get("idempotency-key", "")
    if not re.fullmatch("[A-Za-z0-9:_-]{1,128}", key):
        detail = "1 to 128 of letters, digits, colon, underscore and hyphen."
        raise problems.invalid([{"in": "header", "field": "Idempotency-Key", "detail": detail}])
    return key


@router.post("/sync/events")
def receive_event(request: Request, raw: SignedBody, shop: TheShop) -> Response:
    envelope = parse(request, raw, EventEnvelope, wrap="event")
    with shop.database.writing() as connection:
        applied = members.apply(connection, envelope)
    return JSONResponse(
        {"event_id": envelope.event.event_id, "result": "applied" if applied else "duplicate"}
    )


@router.api_route("/sync/outbox", methods=["GET", "HEAD"])
def get_outbox(shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        return JSONResponse(shop.outbox.figures(connection))


@router.api_route("/sync/points/{member_id}", methods=["GET", "HEAD"])
def get_ledger(member_id: str, _: SignedBody, shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        known = members.exists(connection, member_id)
        entries = points.entries(connection, member_id)
        balance = points.balance(connection, member_id)
    if not known and not entries:
        raise problems.not_found("No member has this id.")
    return JSONResponse({"balance": balance, "entries": entries})


@router.post("/sync/points/{member_id}/entries")
def add_points_entry(
    member_id: str,
    request: Request,
    raw: SignedBody,
    key: Annotated[str, Depends(idempotency_key)],
    shop: TheShop,
) -> Response:
    if not re.fullmatch("m_[0-9a-f]{16}", member_id):
        raise problems.not_found("No member has this id.")
    asked = parse(request, raw, NewEntry)
    with shop.database.writing() as connection:
        entry, is_new = points.book(connection, member_id, asked.amount, asked.reason, key)
        balance = points.balance(connection, member_id)
    return JSONResponse({"balance": balance, "entry": entry}, 201 if is_new else 200)
