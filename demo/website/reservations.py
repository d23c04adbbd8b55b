"""Stock and points taken for orders of either platform: all of it or nothing, once per order."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from demo.website import catalogue, clock, points, problems
from demo.website.faults import cached, planted

FEN_PER_POINT_EARNED = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order takes; `items` are (product id, quantity), `total` is to be paid, in fen."""

    order_id: str
    member_id: str
    items: tuple[tuple[str, int], ...]
    points: int
    total: int

    @property
    def content(self) -> str:
        """The same for the same request."""
        return json.dumps([self.member_id, self.items, self.points, self.total])


def refuse_twice(products: Sequence[str]) -> None:
    """Raises 409 if a product stands in two items."""
    if len(set(products)) < len(products):
        detail = "Each product stands in at most one item."
        raise problems.conflict("same-product-twice", "Same product twice", detail)


def take(connection: sqlite3.Connection, wanted: Wanted) -> tuple[dict[str, Any], bool]:
    """(the reservation as it is shown, whether it is new). Raises 409."""
    known = connection.execute("SELECT * FROM reservations WHERE order_id = ?", (wanted.order_id,)).fetchone()
    if known:
        if known["content"] != wanted.content:
            raise problems.conflict(
                "other-reservation", "Other reservation", "Something else was taken for this order."
            )
        if planted("linkage-reservation-twice") and known["state"] == "held":
            for product_id, quantity in wanted.items:
                catalogue.take(connection, product_id, quantity)
        return _shown(known), False
    refuse_twice([product_id for product_id, _ in wanted.items])
    for number, (product_id, quantity) in enumerate(wanted.items):
        if number and planted("linkage-second-item-unchecked"):
            quantity = min(quantity, catalogue.stock(connection, product_id)["in_stock"])
        catalogue.take(connection, product_id, quantity)
    if wanted.points:
        if _to_spend(connection, wanted.member_id) < wanted.points:
            raise problems.conflict("too-few-points", "Too few points", "The member has fewer points.")
        points.book(
            connection, wanted.member_id, -wanted.points, "order-spent", f"order-spent:{wanted.order_id}"
        )
    connection.execute(
        "INSERT INTO reservations (order_id, content, state) VALUES (?, ?, 'held')",
        (wanted.order_id, wanted.content),
    )
    if planted("linkage-points-before-payment"):
        _earn(connection, wanted.order_id, wanted.member_id, wanted.total)
    return _shown(_row(connection, wanted.order_id)), True


def commit(connection: sqlite3.Connection, order_id: str) -> dict[str, Any]:
    """The order has been paid: its points are earned. Raises 404, 409."""
    row = _row(connection, order_id)
    if row["state"] == "released":
        detail = "What was taken for this order has been given back."
        raise problems.conflict("reservation-released", "Reservation released", detail)
    if row["state"] == "held":
        member_id, _, _, total = json.loads(row["content"])
        _earn(connection, order_id, member_id, total)
        _move(connection, order_id, "committed", total // FEN_PER_POINT_EARNED)
    elif planted("linkage-commit-twice"):
        earn_again(connection, order_id)
    return _shown(_row(connection, order_id))


def release(connection: sqlite3.Connection, order_id: str) -> dict[str, Any]:
    """Everything goes back, what was earned included. Raises 404."""
    row = _row(connection, order_id)
    if row["state"] != "released":
        member_id, items, spent, _ = json.loads(row["content"])
        for product_id, quantity in items:
            catalogue.take(connection, product_id, -quantity)
        for amount, which in ((spent, "spent"), (-row["points_earned"], "earned")):
            if which == "earned" and planted("linkage-refund-keeps-earned"):
                continue
            if amount:
                points.book(connection, member_id, amount, "order-undone", f"order-undone:{which}:{order_id}")
        _move(connection, order_id, "released", 0)
    return _shown(_row(connection, order_id))


def earn_again(connection: sqlite3.Connection, order_id: str) -> None:
    """The points of a paid order once more (planted faults)."""
    row = _row(connection, order_id)
    if row["points_earned"]:
        member_id = json.loads(row["content"])[0]
        key = f"order:{order_id}:{secrets.token_hex(4)}"
        points.book(connection, member_id, row["points_earned"], "order", key)


def give_back_again(connection: sqlite3.Connection, order_id: str) -> None:
    """The products of a cancelled order once more (a planted fault)."""
    for product_id, quantity in json.loads(_row(connection, order_id)["content"])[1]:
        catalogue.take(connection, product_id, -quantity)


def _earn(connection: sqlite3.Connection, order_id: str, member_id: str, total: int) -> None:
    earned = total // FEN_PER_POINT_EARNED
    if planted("linkage-points-rounded"):
        earned = round(total / FEN_PER_POINT_EARNED)
    if planted("linkage-points-same-second"):
        # Two entries of one second seem to be one that was sent twice.
        latest = points.entries(connection, member_id)[:1]
        if latest and latest[0]["reason"] == "order" and latest[0]["created_at"][:19] == clock.now()[:19]:
            return
    if earned:
        points.book(connection, member_id, earned, "order", f"order:{order_id}")


def _to_spend(connection: sqlite3.Connection, member_id: str) -> int:
    """How many points the member may spend: the balance."""
    if planted("linkage-points-overspent"):
        return points.ever_given(connection, member_id)
    if planted("linkage-points-at-once"):
        return cached(("balance", member_id), 0.5, lambda: points.balance(connection, member_id))
    return points.balance(connection, member_id)


def _row(connection: sqlite3.Connection, order_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM reservations WHERE order_id = ?", (order_id,)
    ).fetchone()
    if row is None:
        raise problems.not_found("Nothing was taken for this order.")
    return row


def _move(connection: sqlite3.Connection, order_id: str, state: str, earned: int) -> None:
    connection.execute(
        "UPDATE reservations SET state = ?, points_earned = ? WHERE order_id = ?", (state, earned, order_id)
    )


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    return {key: row[key] for key in ("order_id", "state", "points_earned")}
