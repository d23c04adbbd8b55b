"""Contracts that a backend itself serves (springdoc and the like): fetched, seen to be one, and kept as a file.

A contract is kept in the project because findings point into it and versions of it are compared. What changed
since the last time is told, so that nobody takes over a change unseen.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from harness.contracts import Contract, load
from harness.contracts.source import LARGEST
from harness.core import http_client
from harness.core.errors import BrokenError, UsageError
from harness.core.text import Text

PATIENCE = 30.0  # seconds; some write the document when it is asked for
ACCEPTED = "application/json, application/yaml"
MOST_REDIRECTS = 5
NOTHING = Text(zh="GET {url}：{seen}", en="GET {url}: {seen}")
ANSWERED = Text(zh="GET {url} 返回了 {status}", en="GET {url} answered {status}")
REFUSED = Text(zh="GET {path}：{reason}", en="GET {path}: {reason}")
ELSEWHERE = Text(
    zh="GET {url} 跳转到另一个地址 {to}，不会跟随：如果接口规范在那里，请直接写那个地址",
    en="GET {url} leads to another server, {to}, and is not followed: if the contract is there, give that address",
)
NO_DOCUMENT = Text(
    zh="GET {url}：返回的既不是 JSON 也不是 YAML：{begins!r}",
    en="GET {url}: neither JSON nor YAML came: {begins!r}",
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A contract written to ``path``; the labels of operations that it did not have, or had, before."""

    path: Path
    contract: Contract
    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


def fetch(url: str, path: Path, readable: Sequence[Path] = ()) -> Fetched:
    """Fetch a document and keep it at ``path``, which is left alone where it is no contract.

    ``readable``: the folders that it may refer into.
    BrokenError where nothing comes, UsageError (file and line) for what is no contract.
    """
    try:
        with http_client.client(PATIENCE, limit=LARGEST, headers={"Accept": ACCEPTED}) as client:
            response = _get(client, url)
    except httpx.HTTPError as error:
        raise BrokenError(NOTHING.format(url=url, seen=http_client.seen(error))) from None
    if not response.is_success:
        raise BrokenError(ANSWERED.format(url=url, status=response.status_code))
    text = _readable(response.text, url)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        contract = load(draft)
        after = _operations(contract)
    before = _operations(load(path, readable=readable)) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Fetched(
        path=path,
        contract=load(path, readable=readable),
        added=tuple(label for label in after if label not in before),
        gone=tuple(label for label in before if label not in after),
        changed=tuple(label for label in after if label in before and after[label] != before[label]),
    )


def _get(client: httpx.Client, url: str) -> httpx.Response:
    """The answer; where it stands elsewhere on the same server, that from there."""
    asked = httpx.URL(url)
    for _ in range(MOST_REDIRECTS):
        response = client.get(asked)
        if not response.has_redirect_location:
            break
        to = asked.join(response.headers["Location"])
        if _origin(to) != _origin(asked) and not _is_upgrade(asked, to):
            raise BrokenError(ELSEWHERE.format(url=url, to=to))
        asked = to
    return response


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _is_upgrade(asked: httpx.URL, to: httpx.URL) -> bool:
    """From http to https of the same host, both at their usual port."""
    return (
        asked.host == to.host
        and (asked.scheme, to.scheme) == ("http", "https")
        and asked.port is to.port is None
    )


def _readable(text: str, url: str) -> str:
    """JSON with a line for everything, so that findings have lines to point at; YAML as it is."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        if text.lstrip().startswith(("{", "[", "<")):
            raise UsageError(NO_DOCUMENT.format(url=url, begins=text.strip()[:60])) from None
        return text
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _operations(contract: Contract) -> dict[str, str]:
    """Each operation with all that is said of it, its components left out."""
    return {
        operation.label: json.dumps(operation.place.value, sort_keys=True, default=str)
        for operation in contract.operations
    }
