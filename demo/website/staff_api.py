"""What the shop owner does: categories, products and the stock. website.yaml."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from demo.website import catalogue
from demo.website.orders_payloads import NewCategory, NewProduct, ProductChange, StockCount
from demo.website.payloads import body_of
from demo.website.shop import Owner, TheShop, Traceparent, json_answer, open_shop

router = APIRouter(redirect_slashes=False, dependencies=[Depends(open_shop)])


@router.post("/api/categories")
def create_category(
    owner: Owner,
    shop: TheShop,
    asked: Annotated[NewCategory, Depends(body_of(NewCategory))],
    traceparent: Traceparent,
) -> Response:
    with shop.database.writing() as connection:
        category = catalogue.add_category(connection, shop.outbox, asked.name, asked.position, traceparent)
    shop.outbox.wake()
    return json_answer(category, 201)


@router.post("/api/products")
def create_product(
    owner: Owner,
    shop: TheShop,
    asked: Annotated[NewProduct, Depends(body_of(NewProduct))],
    traceparent: Traceparent,
) -> Response:
    with shop.database.writing() as connection:
        product = catalogue.add_product(connection, shop.outbox, asked.model_dump(), traceparent)
    shop.outbox.wake()
    return json_answer(product, 201)


@router.patch("/api/products/{product_id}")
def update_product(
    owner: Owner,
    product_id: str,
    shop: TheShop,
    asked: Annotated[ProductChange, Depends(body_of(ProductChange))],
    traceparent: Traceparent,
) -> Response:
    change = asked.model_dump(exclude_unset=True)
    with shop.database.writing() as connection:
        product = catalogue.change_product(connection, shop.outbox, product_id, change, traceparent)
    shop.outbox.wake()
    return json_answer(product)


@router.put("/api/products/{product_id}/stock")
def set_stock(
    owner: Owner,
    product_id: str,
    shop: TheShop,
    asked: Annotated[StockCount, Depends(body_of(StockCount))],
) -> Response:
    with shop.database.writing() as connection:
        before = catalogue.stock(connection, product_id)
        counted = catalogue.count_stock(connection, product_id, asked.in_stock)
        if shop.has("contract-stock-not-kept"):
            catalogue.count_stock(connection, product_id, before["in_stock"])
        return json_answer(counted)
