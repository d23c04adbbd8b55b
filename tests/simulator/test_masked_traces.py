"""What a trace of Playwright holds beside lines: pages as lists of elements, and bodies by their media types."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from harness.simulator.chromium.tracing import mask_trace
from tests.support.artefacts import contents, forms

FIELD = "__playwright_value_"
PAGES: dict[str, list[Any]] = {
    "field of a form": ["INPUT", {FIELD: "王大假", "name": "realName"}],
    "field known by its type": ["INPUT", {FIELD: "pw-fake-01", "type": "password"}],
    "field known by its id": ["INPUT", {FIELD: "无名路1号", "id": "address", "value": "无名路1号"}],
    "long text": ["TEXTAREA", {FIELD: "无名路1号", "name": "address"}, "无名路1号"],
    "row of a table": ["TR", {}, ["TH", {}, "收货人："], ["TD", {"class": "x"}, "王大假"]],
    "list of terms": ["DL", {}, ["DT", {}, "姓名"], ["DD", {}, "王大假"]],
    "label": ["DIV", {}, ["LABEL", {}, "姓名"], ["SPAN", {}, "王大假"]],
    "field of a mini-program": [
        "WX-INPUT",
        {},
        ["DIV", {"class": "placeholder"}, ""],
        ["INPUT", {FIELD: "王大假", "name": "realName"}],
    ],
    "field inside of what is called so": [
        "WX-TEXTAREA",
        {"id": "address"},
        ["TEXTAREA", {FIELD: "无名路1号"}],
    ],
    "field with its placeholder": [
        "WX-INPUT",
        {},
        ["DIV", {"class": "placeholder input-placeholder"}, "收货人姓名"],
        ["INPUT", {FIELD: "王大假"}],
    ],
    "label of a mini-program": [
        "WX-VIEW",
        {},
        ["WX-LABEL", {}, "收货人"],
        ["WX-TEXT", {}, ["SPAN", {}, "王大假"]],
    ],
    "texts of a mini-program": ["WX-VIEW", {}, ["WX-TEXT", {}, "收货人"], ["WX-TEXT", {}, "王大假"]],
    "attribute": ["VIEW", {"data-token": "tk-fake-01"}, ["TEXT", {}, "13800138000"]],
    "text": ["VIEW", {}, "token=tk-fake-01", [[1, 4]], ["BR", {}]],
}
PLANTED = ("王大假", "pw-fake-01", "无名路", "13800138000", "tk-fake-01", "co-fake-01")
BODIES = {
    "a.dat": b"password=pw-fake-01&page=2",
    "b.dat": b'{"realName":"\xe7\x8e\x8b\xe5\xa4\xa7\xe5\x81\x87","page":2}',
    "c.dat": b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\ntk-fake-01\r\n--x--\r\n',
    "d.csv": "page,realName\n2,王大假\n".encode(),
    "e.bin": b"phone 13800138000, page 2",
    "f.html": "<input name=realName value=王大假>page 2".encode(),
    "g.jsonld": b'{"token":"tk-fake-01","page":2}',
}


def masked(tmp_path: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    raw, path = tmp_path / "raw.zip", tmp_path / "masked.zip"
    with zipfile.ZipFile(raw, "w") as trace:
        for name, body in files.items():
            trace.writestr(name, body)
    mask_trace(raw, path)
    with zipfile.ZipFile(path) as trace:
        return {name: trace.read(name) for name in trace.namelist()}


def standing(body: bytes) -> list[str]:
    return [
        value for value in PLANTED for each in contents(body) if any(form in each for form in forms(value))
    ]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_no_page_in_a_trace_holds_what_stands_in_its_fields(page: list[Any], tmp_path: Path) -> None:
    html = ["HTML", {}, ["BODY", {"class": "home"}, page]]
    line = {
        "type": "frame-snapshot",
        "snapshot": {"callId": "call@1", "frameUrl": "http://a/?page=2", "html": html},
    }
    (body,) = masked(tmp_path, {"trace.trace": json.dumps(line, ensure_ascii=False).encode()}).values()
    assert standing(body) == []
    written = json.loads(body)
    assert written["snapshot"]["frameUrl"] == "http://a/?page=2"
    assert shape(written["snapshot"]["html"]) == shape(html)


def test_a_label_is_known_when_only_the_text_beside_it_is_told_again(tmp_path: Path) -> None:
    first = ["HTML", {}, ["DL", {}, ["DT", {}, "姓名"], ["DD", {}, "…"]]]  # told: 姓名 0, DT 1, … 2, DD 3
    again = ["HTML", {}, ["DL", {}, [[1, 1]], ["DD", {}, "王大假"]]]
    lines = [
        {"type": "frame-snapshot", "snapshot": {"frameId": frame, "html": html}}
        for frame, html in (("f1", first), ("f2", ["HTML", {}]), ("f1", again))
    ]
    (body,) = masked(tmp_path, {"trace.trace": "\n".join(map(json.dumps, lines)).encode()}).values()
    assert standing(body) == []
    assert '[[1, 1]], ["DD", {}, "***' in body.decode()


def test_what_is_typed_stands_in_no_trace(tmp_path: Path) -> None:
    events = [
        {"type": "before", "class": "Page", "method": "keyboardType", "params": {"text": "pw-fake-01"}},
        {"type": "before", "class": "Page", "method": "keyboardPress", "params": {"key": "Enter"}},
    ]
    (body,) = masked(tmp_path, {"trace.trace": "\n".join(map(json.dumps, events)).encode()}).values()
    assert standing(body) == []
    assert b"Enter" in body


def test_headings_of_columns_stay(tmp_path: Path) -> None:
    row = ["WX-VIEW", {}, *(["WX-TEXT", {}, heading] for heading in ("姓名", "手机", "地址", "商品"))]
    line = {"type": "frame-snapshot", "snapshot": {"html": ["HTML", {}, row]}}
    (body,) = masked(tmp_path, {"trace.trace": json.dumps(line).encode()}).values()
    assert json.loads(body) == line


def shape(node: Any) -> Any:
    """An element without what it says."""
    if isinstance(node, dict):
        return sorted(node)
    return [shape(each) for each in node] if isinstance(node, list) else type(node)


def test_bodies_of_any_media_type_are_masked(tmp_path: Path) -> None:
    written = masked(tmp_path, {f"resources/{name}": body for name, body in BODIES.items()})
    assert {name: standing(body) for name, body in written.items()} == {name: [] for name in written}
    assert all(
        b"page" in body and b"2" in body for name, body in written.items() if not name.endswith("c.dat")
    )
