"""The cases of ``cases.yaml`` as HAR 1.2: an entry as Chrome exports it, with what a case says instead."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CONTRACT = HERE / "shop.yaml"
SERVER = "https://api.shop.example/v1"


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))["cases"]
    return found


def write(case: dict[str, Any], path: Path) -> Path:
    """The case as an archive."""
    return archive(path, *[entry(**each) for each in case["entries"]] * case.get("times", 1))


def archive(path: Path, *entries: Any) -> Path:
    creator = {"name": "WebInspector", "version": "537.36"}
    log = {"version": "1.2", "creator": creator, "pages": [], "entries": entries}
    path.write_text(json.dumps({"log": log}), encoding="utf-8")
    return path


def entry(
    url: str = "/products/1",
    method: str = "GET",
    status: int = 200,
    *,
    request_headers: Any = (),
    response_headers: Any = (),
    without: Any = (),
    bare: bool = False,
    cookies: dict[str, str] | None = None,
    set_cookies: dict[str, str] | None = None,
    request_body: str | None = None,
    request_size: int = 0,
    post: dict[str, Any] | None = None,
    body: str | None = None,
    encoding: str | None = None,
    size: int | None = None,
    wire_size: int = -1,
    type: str = "application/json",
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One entry. ``url`` may be a path below the first server, ``bare`` leaves all headers out."""
    asked = [["Accept", "*/*"], ["X-Shop", "a"], *request_headers]
    answered = [["Content-Type", type], ["X-Rate", "5"], *response_headers]
    content: dict[str, Any] = {"size": len(body or "") if size is None else size, "mimeType": type}
    if body is not None:
        content["text"] = body
    if encoding is not None:
        content["encoding"] = encoding
    if request_body is not None:
        post, request_size = {"mimeType": "application/json", "text": request_body}, len(request_body)
        asked.append(["Content-Type", "application/json"])
    request = {
        "method": method,
        "url": SERVER + url if url.startswith("/") else url,
        "httpVersion": "HTTP/1.1",
        "headers": [] if bare else _headers(asked, without),
        "queryString": [],
        "cookies": _cookies(cookies),
        "headersSize": -1,
        "bodySize": request_size,
        **({} if post is None else {"postData": copy.deepcopy(post)}),
    }
    response = {
        "status": status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "headers": [] if bare or not status else _headers(answered, without),
        "cookies": _cookies(set_cookies),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": wire_size,
    }
    return {
        "startedDateTime": "2026-11-30T08:00:00.000Z",
        "time": 12.5,
        "request": request,
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": 12, "receive": 0.5},
        **(more or {}),
    }


def _headers(pairs: Any, without: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs if name not in without]


def _cookies(values: dict[str, str] | None) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in (values or {}).items()]
