from __future__ import annotations

import pytest

from harness.contracts.undocumented import PathNames

TEMPLATES = ["/v1/things", "/v1/things/{thing}", "/v1/things/latest", "/v1/shops/{shop}/things/{thing}"]


@pytest.fixture(scope="module")
def names() -> PathNames:
    return PathNames(TEMPLATES)


@pytest.mark.parametrize(
    "id",
    [
        "17",
        "0",
        "2026-11-05",
        "1,2,3",
        "c0ffee12-1111-4222-8333-abcdefabcdef",
        "507f1f77bcf86cd799439011",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "SO20261105001",
        "P001",
        "order-7",
        "t_12",
        "aZ3k9Q",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "li@example.com",
        "%E8%8C%B6%E6%9D%AF",
        "茶杯",
    ],
)
def test_an_id_is_left_open(names: PathNames, id: str) -> None:
    assert names.name("GET", f"/coupons/{id}?page=2") == "GET /coupons/{id}"
    assert names.name("GET", f"/coupons/{id}/uses") == "GET /coupons/{id}/uses"


@pytest.mark.parametrize(
    "word",
    "coupons v2 v1.1 V3 oauth2 sha256 base64 i18n k8s h5 2fa p2p mp3 top10 forgot-password getUser my_cart".split(),
)
def test_a_word_stays(names: PathNames, word: str) -> None:
    assert names.name("POST", f"/api/{word}") == f"POST /api/{word}"
    assert names.name("POST", f"/{word}/12") == f"POST /{word}/{{id}}"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/things/red-mug", "/v1/things/{thing}"),
        ("/v1/things/red-mug/photos", "/v1/things/{thing}/photos"),
        ("/v1/things/latest", "/v1/things/latest"),
        ("/v1/things/latest/photos/9", "/v1/things/latest/photos/{id}"),
        ("/v1/shops/tea/things/red-mug/price", "/v1/shops/{shop}/things/{thing}/price"),
        ("/v1/shops/tea/staff", "/v1/shops/{shop}/staff"),
        ("/v1/thing", "/v1/thing"),
        ("/", "/"),
        ("/coupons/", "/coupons/"),
    ],
)
def test_the_documents_say_where_a_variable_stands(names: PathNames, path: str, name: str) -> None:
    assert names.name("PUT", path) == f"PUT {name}"


def test_a_variable_that_begins_all_paths_names_none() -> None:
    assert PathNames(["/{tenant}/orders"]).name("GET", "/coupons/12") == "GET /coupons/{id}"


def test_five_hundred_ids_are_one_operation(names: PathNames) -> None:
    assert {names.name("GET", f"/api/coupons/{number}/uses") for number in range(500)} == {
        "GET /api/coupons/{id}/uses"
    }


def test_no_personal_data_and_no_secret_is_in_a_name(names: PathNames) -> None:
    assert "13912345678" not in names.name("GET", "/member/13912345678/tel:13912345678")
    assert "abcdefgh" not in names.name("GET", "/callback/token=abcdefgh")
