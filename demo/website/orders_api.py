"""Catalogue, cart and orders as members use them: shared.yaml. Thin: reads a request, asks, answers."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from demo.website import cart, catalogue, orders, refunds
from demo.website.orders_payloads import (
    CartChange,
    OrderRequest,
    Payment,
    RefundRequest,
    idempotency_key_of,
)
from demo.website.payloads import body_of
from demo.website.queries import OrderQuery, ProductQuery, order_query_of, product_query_of
from demo.website.shop import Member, TheShop, Traceparent, json_answer, open_shop

router = APIRouter(redirect_slashes=False, dependencies=[Depends(open_shop)])
_READ = ["GET", "HEAD"]
Key = Annotated[str, Depends(idempotency_key_of)]


@router.api_route("/api/categories", methods=_READ)
def list_categories(shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        return json_answer({"categories": catalogue.categories(connection)})


@router.api_route("/api/products", methods=_READ)
def list_products(shop: TheShop, query: Annotated[ProductQuery, Depends(product_query_of)]) -> Response:
    if shop.has("contract-page-overlaps") and query.page.offset:
        query = replace(query, page=replace(query.page, offset=query.page.offset - 1))
    if shop.has("contract-max-price-exclusive") and query.max_price:
        query = replace(query, max_price=query.max_price - 1)
    with shop.database.reading() as connection:
        return json_answer(catalogue.products(connection, query))


@router.api_route("/api/products/{product_id}", methods=_READ)
def get_product(product_id: str, shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        return json_answer(catalogue.product(connection, product_id))


@router.api_route("/api/products/{product_id}/stock", methods=_READ)
def get_stock(product_id: str, shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        return json_answer(catalogue.stock(connection, product_id))


@router.api_route("/api/cart", methods=_READ)
def get_cart(member: Member, shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        return json_answer(cart.shown(connection, member.member_id))


@router.delete("/api/cart")
def clear_cart(member: Member, shop: TheShop) -> Response:
    with shop.database.writing() as connection:
        cart.clear(connection, member.member_id)
        return json_answer(cart.shown(connection, member.member_id))


@router.put("/api/cart/items/{product_id}")
def put_cart_item(
    member: Member, product_id: str, shop: TheShop, asked: Annotated[CartChange, Depends(body_of(CartChange))]
) -> Response:
    with shop.database.writing() as connection:
        cart.put(connection, member.member_id, product_id, asked.quantity)
        return json_answer(cart.shown(connection, member.member_id))


@router.delete("/api/cart/items/{product_id}")
def delete_cart_item(member: Member, product_id: str, shop: TheShop) -> Response:
    with shop.database.writing() as connection:
        cart.take_out(connection, member.member_id, product_id)
        return json_answer(cart.shown(connection, member.member_id))


@router.api_route("/api/orders", methods=_READ)
def list_orders(
    member: Member, shop: TheShop, query: Annotated[OrderQuery, Depends(order_query_of)]
) -> Response:
    if shop.has("contract-sort-ignored"):
        query = replace(query, sort="-created_at")
    with shop.database.reading() as connection:
        return json_answer(orders.listed(connection, member.member_id, query))


@router.post("/api/orders")
def create_order(
    member: Member,
    shop: TheShop,
    asked: Annotated[OrderRequest, Depends(body_of(OrderRequest))],
    key: Key,
    traceparent: Traceparent,
) -> Response:
    if shop.has("contract-key-ignored"):
        key = secrets.token_hex(8)
    if shop.has("linkage-key-per-session"):
        key = f"{member.token}:{key}"
    with shop.database.writing() as connection:
        order, is_new = orders.create(connection, shop.outbox, member.member_id, asked, key, traceparent)
    shop.outbox.wake()
    if shop.has("contract-discount-forgotten"):
        order = {**order, "total": order["total"] + order["discount"]}
    return json_answer(orders.shown(order), 201 if is_new else 200)


@router.api_route("/api/orders/{order_id}", methods=_READ)
def get_order(member: Member, order_id: str, shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        member_id = member.member_id
        if shop.has("contract-anybodys-order"):
            member_id = orders.owner(connection, order_id) or member_id
        return json_answer(orders.shown(orders.one(connection, member_id, order_id)))


@router.post("/api/orders/{order_id}/payment")
def pay_order(
    member: Member,
    order_id: str,
    shop: TheShop,
    asked: Annotated[Payment, Depends(body_of(Payment))],
    traceparent: Traceparent,
) -> Response:
    with shop.database.writing() as connection:
        order = orders.pay(connection, shop.outbox, member.member_id, order_id, asked.amount, traceparent)
    shop.outbox.wake()
    return json_answer(orders.shown(order))


@router.post("/api/orders/{order_id}/cancellation")
def cancel_order(member: Member, order_id: str, shop: TheShop, traceparent: Traceparent) -> Response:
    with shop.database.writing() as connection:
        member_id = member.member_id
        if shop.has("linkage-cancel-by-others"):
            member_id = orders.owner(connection, order_id) or member_id
        order = orders.cancel(connection, shop.outbox, member_id, order_id, traceparent)
    shop.outbox.wake()
    return json_answer(orders.shown(order))


@router.api_route("/api/orders/{order_id}/refunds", methods=_READ)
def list_refunds(member: Member, order_id: str, shop: TheShop) -> Response:
    with shop.database.reading() as connection:
        member_id = member.member_id
        if shop.has("linkage-refunds-read-by-others"):
            member_id = orders.owner(connection, order_id) or member_id
        if shop.has("contract-server-error"):
            return json_answer(refunds.listed(orders.known(connection, member_id, order_id)))
        return json_answer(refunds.listed(orders.one(connection, member_id, order_id)))


@router.post("/api/orders/{order_id}/refunds")
def create_refund(
    member: Member,
    order_id: str,
    shop: TheShop,
    asked: Annotated[RefundRequest, Depends(body_of(RefundRequest))],
    key: Key,
    traceparent: Traceparent,
) -> Response:
    with shop.database.writing() as connection:
        refund, is_new = refunds.create(
            connection, shop.outbox, member.member_id, order_id, asked, key, traceparent
        )
    shop.outbox.wake()
    return json_answer(refund, 201 if is_new else 200)
