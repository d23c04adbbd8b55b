"""HTTP views of catalogue, cart and orders: shared.yaml."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from demo.miniprogram_backend import basket, goods, orders, refunds, validation
from demo.miniprogram_backend import order_checks as checks
from demo.miniprogram_backend.faults import FAULTS, kept, of_two_workers, planted
from demo.miniprogram_backend.gate import member_logged_in, refuse_when_closed, services
from demo.miniprogram_backend.storage import timestamp

views = Blueprint("orders", __name__)
views.before_request(refuse_when_closed)


@views.get("/api/categories")
def list_categories() -> Response:
    with services().storage.snapshot() as db:
        return jsonify(categories=goods.all_categories(db))


@views.get("/api/products")
def list_products() -> Response:
    asked = checks.product_query()
    if services().has("contract-short-page") and "limit" not in request.args:
        asked["limit"] = 5
    with services().storage.snapshot() as db:
        return jsonify(goods.search(db, asked, from_the_start=services().has("contract-search-beginnings")))


@views.get("/api/products/<product_id>")
def get_product(product_id: str) -> Response:
    with services().storage.snapshot() as db:
        product = goods.get(db, product_id)
    if planted("linkage-product-cached"):
        product = kept(("product", product_id), 60, lambda: product)
    if planted("linkage-product-two-workers"):
        product = of_two_workers(("product", product_id), product)
    return jsonify(product)


@views.get("/api/products/<product_id>/stock")
def get_stock(product_id: str) -> Response:
    # Known here a moment later than there: the website itself is asked, whatever the copy says.
    stock = services().website.stock(product_id, validation.traceparent())
    if planted("linkage-stock-zero-lost"):
        # 0 seems to mean that nothing is known.
        stock = FAULTS.memory.get(("stock", product_id), stock) if stock["in_stock"] == 0 else stock
        FAULTS.memory["stock", product_id] = stock
    if planted("linkage-stock-two-workers"):
        stock = of_two_workers(("stock", product_id), stock)
    return jsonify(stock)


@views.get("/api/cart")
def get_cart() -> Response:
    member_id = member_logged_in()
    with services().storage.snapshot() as db:
        return jsonify(basket.view(db, member_id))


@views.delete("/api/cart")
def clear_cart() -> Response:
    member_id = member_logged_in()
    with services().storage.transaction() as db:
        basket.empty(db, member_id)
        return jsonify(basket.view(db, member_id))


@views.put("/api/cart/items/<product_id>")
def put_cart_item(product_id: str) -> Response:
    member_id = member_logged_in()
    asked = validation.check_object(validation.body(), checks.CART_ITEM)
    with services().storage.transaction() as db:
        basket.set_quantity(db, member_id, product_id, int(asked["quantity"]))
        return jsonify(basket.view(db, member_id))


@views.delete("/api/cart/items/<product_id>")
def delete_cart_item(product_id: str) -> Response:
    member_id = member_logged_in()
    with services().storage.transaction() as db:
        basket.remove(db, member_id, product_id)
        return jsonify(basket.view(db, member_id))


@views.get("/api/orders")
def list_orders() -> Response:
    member_id = member_logged_in()
    asked = checks.order_query()
    with services().storage.snapshot() as db:
        return jsonify(orders.search(db, member_id, asked))


@views.post("/api/orders")
def create_order() -> tuple[Response, int]:
    member_id = member_logged_in()
    wanted = checks.order_request(validation.body())
    key = checks.key()
    if planted("linkage-key-per-second"):
        key += timestamp()[:19]
    order_id = orders.derived_id("o_", member_id, key)
    shop, trace = services(), validation.traceparent()
    with shop.changing(order_id):
        with shop.storage.snapshot() as db:
            known = orders.find(db, member_id, order_id)
            order = known or orders.draft(db, order_id, wanted)
        if known:
            orders.refuse_other_request(known["request"], wanted)
            return jsonify(orders.view(known)), 200
        shop.website.reserve(orders.reservation(member_id, order), trace)
        with shop.storage.transaction() as db:
            orders.write(db, shop.courier, member_id, order, trace)
    shop.courier.ring()
    return jsonify(orders.view(order)), 201


@views.get("/api/orders/<order_id>")
def get_order(order_id: str) -> Response:
    with services().storage.snapshot() as db:
        copy = orders.copy(db, order_id)
    if copy and planted("linkage-copy-read-by-anybody"):
        return jsonify(orders.view(copy))
    member_id = member_logged_in()
    if copy and planted("linkage-copy-read-by-others"):
        return jsonify(orders.view(copy))
    with services().storage.snapshot() as db:
        return jsonify(orders.view(orders.get(db, member_id, order_id)))


@views.post("/api/orders/<order_id>/payment")
def pay_order(order_id: str) -> Response:
    member_id = member_logged_in()
    asked = validation.check_object(validation.body(), checks.PAYMENT)
    shop, trace = services(), validation.traceparent()
    with shop.changing(order_id):
        order = _own_order(member_id, order_id)
        if orders.check_payment(order, int(asked["amount"])):
            earned = shop.website.commit(order_id, trace)
            order = orders.next_version(order, status="paid", points_earned=earned)
            _write(member_id, order)
    return jsonify(orders.view(order))


@views.post("/api/orders/<order_id>/cancellation")
def cancel_order(order_id: str) -> Response:
    member_id = member_logged_in()
    shop, trace = services(), validation.traceparent()
    with shop.changing(order_id):
        order = _own_order(member_id, order_id)
        if orders.check_cancellation(order):
            if not planted("linkage-cancel-keeps-stock"):
                shop.website.release(order_id, trace)
            order = orders.next_version(order, status="cancelled")
            _write(member_id, order)
    return jsonify(orders.view(order))


@views.get("/api/orders/<order_id>/refunds")
def list_refunds(order_id: str) -> Response:
    member_id = member_logged_in()
    with services().storage.snapshot() as db:
        return jsonify(refunds.view(orders.get(db, member_id, order_id)))


@views.post("/api/orders/<order_id>/refunds")
def create_refund(order_id: str) -> tuple[Response, int]:
    member_id = member_logged_in()
    asked = checks.whole_numbers(validation.check_object(validation.body(), checks.REFUND))
    refund_id = orders.derived_id("rf_", order_id, checks.key())
    with services().changing(order_id):
        before = _own_order(member_id, order_id)
        trusting = services().has("contract-refund-key-conflict")
        known = refunds.known(before, refund_id, {} if trusting else asked)
        if known:
            return jsonify(known), 200
        order = refunds.add(before, refund_id, asked)
        if order["status"] == "refunded" and not planted("linkage-refund-keeps-stock"):
            services().website.release(order_id, validation.traceparent())
        _write(member_id, order)
    return jsonify(order["refunds"][-1]), 201


def _own_order(member_id: str, order_id: str) -> orders.Order:
    with services().storage.snapshot() as db:
        return orders.get_own(db, member_id, order_id)


def _write(member_id: str, order: dict[str, Any]) -> None:
    shop = services()
    with shop.storage.transaction() as db:
        orders.write(db, shop.courier, member_id, order, validation.traceparent())
    shop.courier.ring()
