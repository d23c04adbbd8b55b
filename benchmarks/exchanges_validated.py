"""How fast recorded exchanges are judged: 10,000 of the shop's, beside openapi-core, and beside the least there is
to do (parse the JSON, ask jsonschema-rs).

``python benchmarks/exchanges_validated.py`` (openapi-core: ``pip install '.[bench]'``). The promises: at most two
seconds, at least 20 times the rate of openapi-core, at most 5 times the time of parsing and jsonschema-rs alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
from _measure import Promises, interleaved
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from harness.contracts import Index, bundle, check, load
from harness.core.exchange import Exchange, Message

CONTRACT = Path(__file__).resolve().parents[1] / "contracts" / "shared.yaml"
MANY, FEW = 10_000, 200
HOST = "https://www.orange-shop.example"


def main() -> None:
    contract = load(CONTRACT)
    document = bundle(contract)
    kinds = exchanges()
    index, peer, least = Index([contract]), OpenAPI.from_dict(document), bare(document)

    def ours(times: int) -> None:
        for number in range(times):
            assert not check(kinds[number % len(kinds)], index).violations

    def theirs(times: int) -> None:
        for number in range(times):
            request = Asked(kinds[number % len(kinds)])
            peer.validate_request(request)
            peer.validate_response(request, Answered(kinds[number % len(kinds)]))

    def bones(times: int) -> None:
        for number in range(times):
            exchange = kinds[number % len(kinds)]
            asked, answered = least[number % len(kinds)]
            if asked is not None:
                assert asked.is_valid(json.loads(exchange.request.body))
            assert exchange.response is not None
            assert answered.is_valid(json.loads(exchange.response.body))

    ours(len(kinds))
    theirs(len(kinds))
    median = interleaved(
        {
            "harness": lambda: ours(MANY),
            "openapi-core": lambda: theirs(FEW),
            "parse and ask": lambda: bones(MANY),
        }
    )
    rates = {"harness": MANY, "openapi-core": FEW, "parse and ask": MANY}
    for name, seconds in median.items():
        print(f"{rates[name] / seconds:9.0f} exchanges per second  {name}")
    promises = Promises()
    promises.at_most("10,000 exchanges", median["harness"], 2.0, " s")
    peer_rate = FEW / median["openapi-core"]
    promises.at_least("times openapi-core's rate", MANY / median["harness"] / peer_rate, 20)
    promises.at_most("times parsing and asking alone", median["harness"] / median["parse and ask"], 5)
    promises.end()


def exchanges() -> list[Exchange]:
    """A read of an order list, an order, a log-in: what a shop's traffic is made of."""
    order = json.loads(json.dumps(load(CONTRACT).document["components"]["examples"]["PaidOrder"]["value"]))
    page = {"total": 20, "orders": [order] * 20}
    asked = {"items": [{"product_id": order["items"][0]["product_id"], "quantity": 1}], "points": 10}
    created = {**order, "status": "created", "version": 1, "paid_at": None, "points_earned": 0}
    token = ("Authorization", "Bearer Zq3kT0b1n9Yx7vJc5mWd2sLh8pRf4gUa6eNi1oKyBtM")
    return [
        exchange("GET", "/api/orders?status=paid&sort=-total&limit=20&offset=0", None, page, 200, token),
        exchange("GET", f"/api/orders/{order['order_id']}", None, order, 200, token),
        exchange("POST", "/api/orders", asked, created, 201, token, ("Idempotency-Key", "key-1")),
        exchange("GET", "/api/health", None, {"status": "ok", "platform": "website"}, 200),
    ]


def exchange(
    method: str, path: str, body: Any, answer: Any, status: int, *headers: tuple[str, str]
) -> Exchange:
    json_type = ("Content-Type", "application/json")
    sent = b"" if body is None else json.dumps(body).encode()
    return Exchange(
        id="1",
        source="browser",
        target="website",
        method=method,
        path=path,
        request=Message((*headers, json_type) if sent else headers, sent),
        status=status,
        response=Message((json_type,), json.dumps(answer, ensure_ascii=False).encode()),
        started=0,
        ended=0,
    )


def bare(document: dict[str, Any]) -> list[tuple[Any, Any]]:
    """For each exchange: validators of its request body (None: it has none) and of its answer."""

    def of(pointer: str) -> Any:
        schema = {"$ref": f"#{pointer}", "components": document["components"]}
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)

    names = [(None, "Orders"), (None, "Order"), ("OrderRequest", "NewOrder"), (None, "Health")]
    at = "/components/schemas/"
    return [(None if asked is None else of(at + asked), of(at + answered)) for asked, answered in names]


class Asked:
    """A request as openapi-core takes it."""

    def __init__(self, exchange: Exchange) -> None:
        path, _, query = exchange.path.partition("?")
        pairs = [tuple(item.split("=", 1)) for item in query.split("&") if item]
        self.host_url, self.path, self.full_url_pattern = HOST, path, HOST + path
        self.method = exchange.method.lower()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(pairs), header=Headers(list(exchange.request.headers))
        )
        self.content_type = exchange.request.header("content-type") or ""
        self.body = exchange.request.body or None


class Answered:
    """A response as openapi-core takes it."""

    def __init__(self, exchange: Exchange) -> None:
        assert exchange.response is not None
        assert exchange.status is not None
        self.data, self.status_code = exchange.response.body, exchange.status
        self.content_type = "application/json"
        self.headers = Headers(list(exchange.response.headers))


if __name__ == "__main__":
    main()
