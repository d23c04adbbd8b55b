"""Where an operation is served: the base paths that its servers give, and whether they are other hosts.

Of an operation, its own ``servers`` count, else those of its path, else the document's (OpenAPI 3.1.1, *Operation
Object*, *Path Item Object*). Hosts are those of whoever wrote the document, not of the service under test: only
an operation that is set apart from the document's own hosts is served elsewhere.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from harness.contracts.library import Place

VARIABLE = re.compile(r"\{+([^{}]*)\}+")  # {{baseUrl}} is what Postman and Apifox leave
WITH_HOST = re.compile(r"(?:[^/?#]*:)?//(?P<host>[^/?#]*)(?P<path>[^?#]*)")
# Written without a scheme. Not api/v1 and not index.php.
BARE_HOST = re.compile(
    r"(?P<host>(?:localhost|[\w-]+(?:\.[\w-]+)*\.(?!php|aspx?|jsp|do|cgi)[A-Za-z]{2,})(?::\d+)?)(?P<path>/[^?#]*|$)"
)
MOST = 64  # base paths of one server


def bases_of(*levels: Place) -> tuple[str, ...]:
    """The base paths, without a slash at the end; the first is that of the first server. ``levels``: the operation,
    its path and its document, of which the first that has servers counts. Most often there is one, empty.
    """
    servers = _servers(*levels)
    found = [base for server in servers for base in _bases(server.value)]
    return tuple(dict.fromkeys(found)) or ("",)


def elsewhere(operation: Place, item: Place, document: Place) -> Place | None:
    """The server that serves an operation of another host than the document's; None where none does."""
    own = _servers(operation, item)
    hosts = [_host(server.value) for server in own]
    home = {_host(server.value) for server in _servers(document)} - {""}
    return own[0] if own and home and all(hosts) and not home.intersection(hosts) else None


def addresses_of(*levels: Place) -> Iterator[tuple[str, str]]:
    """Host and base path of every server of the first of ``levels`` that has some; no host where it gives none.

    A variable of the host for which no values are listed stands there as such: it may be any.
    """
    for server in _servers(*levels):
        bases = list(dict.fromkeys(_bases(server.value)))
        for host in dict.fromkeys(_hosts(server.value)):
            yield from ((host, base) for base in bases)


def _hosts(server: dict[str, Any]) -> Iterator[str]:
    variables = server.get("variables")
    listed = {
        name: {"enum": values["enum"]}
        for name, values in (variables.items() if isinstance(variables, dict) else ())
        if isinstance(values, dict) and values.get("enum")
    }
    for url in itertools.islice(_urls({**server, "variables": listed}), MOST):
        yield _split(url)[0]


def unknown(server: Place) -> Iterator[str]:
    """What is not known of the base path of a server: the variables in it that have no value."""
    for url in itertools.islice(_urls(server.value), MOST):
        yield from VARIABLE.findall(_split(url)[1])


def _servers(*levels: Place) -> list[Place]:
    for level in levels:
        given = level.value.get("servers")
        if isinstance(given, list) and given:
            every = (level.down("servers", number) for number in range(len(given)))
            return [each for each in every if isinstance(each.value, dict)]
    return []


def _host(server: dict[str, Any]) -> str:
    return _split(next(_urls(server)))[0]


def _bases(server: dict[str, Any]) -> Iterator[str]:
    for url in itertools.islice(_urls(server), MOST):
        path = _split(url)[1]
        if not VARIABLE.search(path):
            segments = [segment for segment in path.split("/") if segment not in ("", ".", "..")]
            yield "".join(f"/{segment}" for segment in segments)


def _urls(server: dict[str, Any]) -> Iterator[str]:
    """The server's URL with each value that the document gives its variables, the defaults first."""
    url, variables = str(server.get("url", "")), server.get("variables")
    names = [name for name in dict.fromkeys(VARIABLE.findall(url)) if _values(variables, name)]
    for values in itertools.product(*(_values(variables, name) for name in names)):
        filled = url
        for name, value in zip(names, values, strict=True):
            filled = filled.replace("{" + name + "}", value)
        yield filled


def _values(variables: Any, name: str) -> list[str]:
    variable = variables.get(name) if isinstance(variables, dict) else None
    if not isinstance(variable, dict):
        return []
    listed = variable.get("enum")
    given = [variable.get("default"), *(listed if isinstance(listed, list) else ())]
    return list(dict.fromkeys(str(value) for value in given if value is not None))


def _split(url: str) -> tuple[str, str]:
    """Host and path. A variable without a value at the beginning stands for scheme and host."""
    url = url.strip()
    if found := WITH_HOST.match(url) or BARE_HOST.match(url):
        return found["host"].lower(), found["path"]
    if VARIABLE.match(url):
        return "", "/" + url.partition("/")[2].partition("?")[0]
    return "", re.split("[?#]", url, maxsplit=1)[0]
