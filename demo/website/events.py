"""Events of the other backend: which there are, and what each does here. Each is applied once."""

from __future__ import annotations

import secrets
import sqlite3
from typing import Annotated

from pydantic import Field

from demo.website import catalogue, members, orders, problems
from demo.website.faults import planted
from demo.website.orders_payloads import CategoryChanged, OrderChanged, ProductChanged
from demo.website.payloads import MemberBound, MemberCreated, MemberUpdated, Strict


#: The discriminated union of sync.yaml#/components/schemas/Event, wrapped because a model needs a field.
class EventEnvelope(Strict):
    event: Annotated[
        MemberCreated | MemberUpdated | MemberBound | CategoryChanged | ProductChanged | OrderChanged,
        Field(discriminator="type"),
    ]


def apply(connection: sqlite3.Connection, envelope: EventEnvelope) -> bool:
    """Apply an event; False if it was applied before. 409 if it cannot be applied."""
    event = envelope.event
    if connection.execute("SELECT 1 FROM inbox WHERE event_id = ?", (event.event_id,)).fetchone():
        if planted("linkage-order-doubled") and isinstance(event, OrderChanged):
            # The id is in use, so it seems to be another order.
            orders.apply(connection, {**event.data.model_dump(), "order_id": "o_" + secrets.token_hex(8)})
        return False
    if isinstance(event, MemberCreated):
        members.apply_created(connection, event.data, event.source)
    elif isinstance(event, CategoryChanged):
        # The catalogue is written here only: there is nothing to take over.
        if not catalogue.has_category(connection, event.data.category_id):
            raise problems.conflict("unknown-category", "Unknown category", "There is no such category.")
    elif isinstance(event, ProductChanged):
        if not catalogue.has_product(connection, event.data.product_id):
            raise problems.conflict("unknown-product", "Unknown product", "There is no such product.")
    else:
        if not members.exists(connection, event.data.member_id):
            raise problems.conflict("unknown-member", "Unknown member", "No member has this id.")
        if isinstance(event, MemberUpdated):
            members.take_nickname(connection, event.data, event.source)
        elif isinstance(event, MemberBound):
            members.apply_bound(connection, event.data)
        else:
            orders.apply(connection, event.data.model_dump())
    connection.execute("INSERT INTO inbox VALUES (?)", (event.event_id,))
    return True
