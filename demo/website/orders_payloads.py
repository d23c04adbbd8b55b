"""What requests about catalogue, cart and orders may contain, and the events that tell of them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from starlette.requests import Request

from demo.website import problems
from demo.website.payloads import EDGE, INNER, Event, MemberId, Strict, Time

Label = Annotated[str, StringConstraints(pattern=f"^{EDGE}({INNER}{{0,38}}{EDGE})?$")]
Description = Annotated[
    str, StringConstraints(pattern=r"^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f]{0,500}$")
]
CategoryId = Annotated[str, StringConstraints(pattern="^c_[0-9a-f]{16}$")]
ProductId = Annotated[str, StringConstraints(pattern="^pr_[0-9a-f]{16}$")]
OrderId = Annotated[str, StringConstraints(pattern="^o_[0-9a-f]{16}$")]
RefundId = Annotated[str, StringConstraints(pattern="^rf_[0-9a-f]{16}$")]
Price = Annotated[int, Field(ge=1, le=10_000_000)]
Amount = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
Paid = Annotated[int, Field(ge=1, le=1_000_000_000_000)]
Quantity = Annotated[int, Field(ge=1, le=99)]
Points = Annotated[int, Field(ge=0, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Position = Annotated[int, Field(ge=0, le=1000)]


class NewCategory(Strict):
    name: Label
    position: Position


class NewProduct(Strict):
    name: Label
    category_id: CategoryId
    price: Price
    description: Description
    stock: Count


class ProductChange(Strict):
    name: Label = ""
    price: Price = 0
    description: Description = ""
    on_sale: bool = True

    @model_validator(mode="after")
    def _something(self) -> ProductChange:
        if not self.model_fields_set:
            raise ValueError("There is nothing to change.")
        return self


class StockCount(Strict):
    in_stock: Count


class CartChange(Strict):
    quantity: Quantity


class WantedItem(Strict):
    product_id: ProductId
    quantity: Quantity


class OrderRequest(Strict):
    items: Annotated[list[WantedItem], Field(min_length=1, max_length=20)]
    points: Points = 0


class Payment(Strict):
    amount: Paid


class RefundRequest(Strict):
    amount: Paid
    reason: Label


class ReservationRequest(Strict):
    order_id: OrderId
    member_id: MemberId
    items: Annotated[list[WantedItem], Field(min_length=1, max_length=20)]
    points: Points
    total: Amount


class Maintenance(Strict):
    closed: bool
    ticket: Annotated[str, StringConstraints(pattern="^[A-Z0-9-]{1,32}$")]


class OrderedItem(Strict):
    product_id: ProductId
    name: Label
    price: Price
    quantity: Quantity
    subtotal: Amount


class ToldRefund(Strict):
    refund_id: RefundId
    order_id: OrderId
    amount: Amount
    reason: Label
    created_at: Time


class OrderData(Strict):
    member_id: MemberId
    order_id: OrderId
    made_on: Literal["website", "miniprogram"]
    status: Literal["created", "paid", "cancelled", "refunded"]
    items: Annotated[list[OrderedItem], Field(min_length=1, max_length=20)]
    discount: Amount
    total: Amount
    points_spent: Points
    points_earned: Count
    refunded: Amount
    refunds: Annotated[list[ToldRefund], Field(max_length=20)]
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    created_at: Time
    updated_at: Time
    paid_at: Time | None


class CategoryData(Strict):
    category_id: CategoryId


class ProductData(Strict):
    product_id: ProductId


class CategoryChanged(Event):
    type: Literal["category.changed"]
    data: CategoryData


class ProductChanged(Event):
    type: Literal["product.changed"]
    data: ProductData


class OrderChanged(Event):
    type: Literal["order.changed"]
    data: OrderData


def idempotency_key_of(request: Request) -> str:
    """The header Idempotency-Key. Raises 422."""
    key = request.headers.get("idempotency-key", "")
    if not re.fullmatch("[A-Za-z0-9:_-]{1,128}", key):
        detail = "1 to 128 of letters, digits, colon, underscore and hyphen."
        raise problems.invalid([{"in": "header", "field": "Idempotency-Key", "detail": detail}])
    return key
