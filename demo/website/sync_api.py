"""What the website answers the other backend: sync.yaml. Every request but the outbox figures is signed."""

from __future__ import annotations

import hmac
import re
import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from demo.website import catalogue, events, members, points, problems, reservations
from demo.website.events import EventEnvelope
from demo.website.faults import planted
from demo.website.orders_payloads import Maintenance, ReservationRequest, idempotency_key_of
from demo.website.outbox import signature
from demo.website.payloads import NewEntry, parse, raw_body
from demo.website.queries import Page
from demo.website.shop import Shop, TheShop, open_shop, the_shop

router = APIRouter(redirect_slashes=False, dependencies=[Depends(open_shop)])
#: The one address that answers while the shop is closed.
doors = APIRouter(redirect_slashes=False)


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


@router.post("/sync/events")
def receive_event(request: Request, raw: SignedBody, shop: TheShop) -> Response:
    envelope = parse(request, raw, EventEnvelope, wrap="event")
    with shop.database.writing() as connection:
        applied = events.apply(connection, envelope)
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
        page = Page(limit=5, offset=0) if shop.has("linkage-points-page") else None
        entries = points.entries(connection, member_id, page)
        balance = points.balance(connection, member_id)
    if not known and not entries:
        raise problems.not_found("No member has this id.")
    return JSONResponse({"balance": balance, "entries": entries})


@router.post("/sync/points/{member_id}/entries")
def add_points_entry(member_id: str, request: Request, raw: SignedBody, shop: TheShop) -> Response:
    asked, key = parse(request, raw, NewEntry), idempotency_key_of(request)
    if planted("sync-entry-booked-twice"):
        key = str(uuid.uuid4())
    if not re.fullmatch("m_[0-9a-f]{16}", member_id):
        raise problems.not_found("No member has this id.")
    with shop.database.writing() as connection:
        entry, is_new = points.book(connection, member_id, asked.amount, asked.reason, key)
        balance = points.balance(connection, member_id)
    return JSONResponse({"balance": balance, "entry": entry}, 201 if is_new else 200)


@router.post("/sync/reservations")
def reserve(request: Request, raw: SignedBody, shop: TheShop) -> Response:
    asked = parse(request, raw, ReservationRequest)
    items = tuple((item.product_id, item.quantity) for item in asked.items)
    wanted = reservations.Wanted(asked.order_id, asked.member_id, items, asked.points, asked.total)
    with shop.database.writing() as connection:
        reservation, is_new = reservations.take(connection, wanted)
    return JSONResponse(reservation, 201 if is_new else 200)


@router.post("/sync/reservations/{order_id}/commit")
def commit_reservation(order_id: str, _: SignedBody, shop: TheShop) -> Response:
    with shop.database.writing() as connection:
        return JSONResponse(reservations.commit(connection, order_id))


@router.post("/sync/reservations/{order_id}/release")
def release_reservation(order_id: str, _: SignedBody, shop: TheShop) -> Response:
    with shop.database.writing() as connection:
        return JSONResponse(reservations.release(connection, order_id))


@router.api_route("/sync/stock/{product_id}", methods=["GET", "HEAD"])
def get_stock_level(product_id: str, _: SignedBody, shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        return JSONResponse(catalogue.stock(connection, product_id))


@doors.put("/sync/maintenance")
def set_maintenance(request: Request, raw: SignedBody, shop: TheShop) -> Response:
    asked = parse(request, raw, Maintenance)
    if asked.ticket != shop.settings.maintenance_ticket:
        detail = "No maintenance window with this ticket has been announced."
        raise problems.conflict("unknown-ticket", "Unknown ticket", detail)
    shop.doors.closed = asked.closed
    return JSONResponse({"closed": shop.doors.closed})
