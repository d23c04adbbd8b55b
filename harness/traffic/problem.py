"""Answers of the proxy's own, which the target never gave: problems (RFC 9457) that name the edge."""

from __future__ import annotations

import json
from http import HTTPStatus

from aiohttp import web

from harness.core import silence_words
from harness.core.exchange import UNANSWERED
from harness.core.text import Text
from harness.traffic.edges import Edge


def problem(
    edge: Edge, status: HTTPStatus, detail: str, title: str | None = None, reason: Text | None = None
) -> web.Response:
    """``reason`` is an extension of ours."""
    body = {
        "type": "about:blank",
        "title": title or status.phrase,
        "status": status,
        "detail": silence_words.ON_EDGE.format(edge=edge.name, seen=detail).en,
        "edge": edge.name,
        **({"reason": reason.to_json()} if reason else {}),
    }
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/problem+json")


def unanswered(edge: Edge, status: HTTPStatus, detail: str) -> web.Response:
    """A problem that is marked as standing for no answer."""
    answer = problem(edge, status, detail)
    answer.headers[UNANSWERED] = edge.target.encode("ascii", "replace").decode()
    return answer
