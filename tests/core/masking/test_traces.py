"""What a trace of Playwright holds beside lines: pages as lists of elements, and bodies by their media types."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from harness.core.masking.traces import mask_trace
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


@pytest.mark.parametrize(
    ("selector", "typed"),
    [
        ('internal:testid=[data-testid="password"s]', "pw-fake-01"),
        ('internal:label="密码"i', "pw-fake-01"),
        ("input[name=token]", "tk-fake-01"),
        ("#pin", "pw1"),
    ],
)
def test_what_is_filled_in_stands_nowhere_in_the_call_and_its_log(
    selector: str, typed: str, tmp_path: Path
) -> None:
    """The name of the field is in the call; the log tells the value without it."""
    events = [
        {"type": "before", "callId": "a", "method": "fill", "params": {"selector": selector, "value": typed}},
        {"type": "log", "callId": "a", "message": f'  fill("{typed}")'},
        {"type": "before", "callId": "b", "method": "fill", "params": {"selector": "#page", "value": "2"}},
    ]
    (body,) = masked(tmp_path, {"trace.trace": "\n".join(map(json.dumps, events)).encode()}).values()
    assert typed not in body.decode()
    assert body.decode().count("***") == 2
    assert json.loads(body.splitlines()[2]) == events[2]


def test_what_only_the_page_says_to_be_secret_is_taken_out_of_the_log_before(tmp_path: Path) -> None:
    html = ["HTML", {}, ["INPUT", {FIELD: "pw-fake-01", "type": "password"}]]
    events = [
        {"type": "log", "message": 'fill("pw-fake-01")'},
        {"type": "after", "endTime": 1010101},
        {"type": "frame-snapshot", "snapshot": {"html": html}},
    ]
    files = {
        "trace.trace": "\n".join(map(json.dumps, events)).encode(),
        "trace.stacks": b'{"files": ["/home/wang/t.py"]}',
    }
    ((name, body),) = masked(tmp_path, files).items()
    assert name == "trace.trace", "where files lie on this machine is left out"
    assert standing(body) == []
    assert json.loads(body.splitlines()[1]) == events[1]


def test_what_draws_a_page_is_all_that_is_kept_of_the_network_where_bodies_are_not_wanted(
    tmp_path: Path,
) -> None:
    raw, kept = tmp_path / "raw.zip", tmp_path / "kept.zip"
    answer = {
        "type": "resource-snapshot",
        "snapshot": {"request": {"url": "http://a/orders/token/tk-fake-01?page=2"}},
    }
    with zipfile.ZipFile(raw, "w") as trace:
        trace.writestr("trace.network", json.dumps(answer))
        for name in ("a.html", "b.json", "c.dat", "d.css", "e.png", "f.woff2", "g.svg", "h.js"):
            trace.writestr(f"resources/{name}", b"/* 2 */")
    mask_trace(raw, kept, bodies=False)
    with zipfile.ZipFile(kept) as trace:
        assert {name.partition("/")[2] for name in trace.namelist()} == {
            "",
            "d.css",
            "e.png",
            "f.woff2",
            "g.svg",
        }
        assert standing(trace.read("trace.network")) == []
        assert b"page=2" in trace.read("trace.network")


def test_what_a_label_names_is_taken_out_of_the_log_too(tmp_path: Path) -> None:
    page = ["HTML", {}, ["DL", {}, ["DT", {}, "姓名"], ["DD", {}, "王大假"]]]
    events = [
        {"type": "frame-snapshot", "snapshot": {"html": page}},
        {"type": "log", "message": "locator resolved to visible <dd>王大假</dd>"},
    ]
    (body,) = masked(tmp_path, {"trace.trace": "\n".join(map(json.dumps, events)).encode()}).values()
    assert standing(body) == []


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
